// @vitest-environment happy-dom
import { InterviewError, type InterviewSnapshot } from "@interview-proxy/client";
import {
  AnswerForm,
  CallButtons,
  Captions,
  ConnectionBadge,
  DeviceSelect,
  EndNotice,
  ErrorNotice,
  GERMAN,
  InterviewButton,
  type InterviewMessages,
  InterviewProvider,
  InterviewStatus,
  MuteButton,
  SoundNotice,
  TimeRemaining,
  useCallSnapshot,
} from "@interview-proxy/react";
import { createFakeCall, type FakeCall, type FakeCallExtras } from "@interview-proxy/react/testing";
import type { ReactElement } from "react";
import { expect, test, vi } from "vitest";
import { button, type Mounted, mount, press, settled, textOf } from "./mount.tsx";

test("a component outside of a provider says what is missing", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  await expect(mount(<MuteButton />)).rejects.toThrow("There is no <InterviewProvider> around this component.");
  vi.restoreAllMocks();
});

test("what does not change in the snapshot does not render again", async () => {
  const onRender = vi.fn<() => void>();
  const { call } = await show(<MutedWatcher onRender={onRender} />);
  const renders = onRender.mock.calls.length;
  await settled(() => call.set({ captions: [{ id: "1", role: "candidate", text: "Good" }] }));
  expect(onRender.mock.calls.length).toBe(renders);
  await settled(() => call.set({ muted: true }));
  expect(onRender.mock.calls.length).toBeGreaterThan(renders);
});

test("the mute button mutes, and is named after what it would do", async () => {
  const { call, container } = await show(<MuteButton />);
  await press(button(container, "Mute"));
  expect(call.asked).toEqual([["setMuted", true]]);
  await press(button(container, "Unmute"));
  expect(call.getSnapshot().muted).toBe(false);
});

test("whoever is muted is not told that the interviewer can hear them", async () => {
  const { container, call } = await show(<InterviewStatus />, { snapshot: { state: "connected" } });
  expect(textOf(container)).toBe("Connected. The interviewer can hear you.");
  await settled(() => call.set({ muted: true }));
  expect(textOf(container)).toBe("You are muted. The interviewer cannot hear you.");
});

test.each(["MICROPHONE_LOST", "MICROPHONE_SILENCED", "MICROPHONE_DENIED"])(
  "whoever is not heard for %s in mid-call is not told the contrary",
  async (code) => {
    const error = { code, message: "", retryable: true };
    const { container } = await show(<InterviewStatus />, { snapshot: { state: "connected", error } });
    expect(textOf(container)).toBe("Connected, but the interviewer cannot hear you.");
  },
);

test("one button starts and ends the interview, keeps the focus, and a double click does not end what it began", async () => {
  const { call, container } = await show(<InterviewButton />);
  const start = button(container, "Start the interview");
  start.focus();
  await press(start);
  await settled(() => call.set({ state: "requesting_microphone" }));
  await press(start, 2);
  expect(call.asked).toEqual([["prepare"], ["connect"]]);
  expect(document.activeElement).toBe(button(container, "End the interview"));
  await press(start);
  expect(call.asked).toEqual([["prepare"], ["connect"], ["disconnect"]]);
});

test.each([
  ["the button of a candidate", <InterviewButton key="1" />, "Start the interview", "End the interview"],
  ["the buttons of the panel", <CallButtons key="2" />, "Connect", "Disconnect"],
])(
  "%s open the line when the pointer comes to what begins the interview, and not while one runs",
  async (_what, buttons, begin, end) => {
    const { call, container } = await show(buttons);
    const come = (name: string) =>
      settled(() => button(container, name).dispatchEvent(new MouseEvent("pointerover", { bubbles: true })));
    await come(begin);
    expect(call.asked).toEqual([["prepare"]]);
    await settled(() => call.set({ state: "connected" }));
    await come(end);
    expect(call.asked).toEqual([["prepare"]]);
  },
);

test("after an accident it connects again, and after the end there is nothing to press", async () => {
  const { call, container } = await show(<InterviewButton />, {
    snapshot: { state: "disconnected", endReason: "client_gone" },
  });
  await press(button(container, "Connect again"));
  expect(call.asked).toEqual([["connect"]]);
  await settled(() => call.set({ endReason: "completed" }));
  expect(container.querySelector("button")).toBeNull();
});

test("an interview that was kept is continued first", async () => {
  const { call, container } = await show(<InterviewButton />, { snapshot: { canResume: true } });
  await press(button(container, "Continue your interview"));
  await press(button(container, "Start a new one"));
  expect(call.asked).toEqual([["resume"], ["connect"]]);
});

test("devices are named, chosen, and said to be gone", async () => {
  const devices = {
    microphones: [
      { id: "a", label: "Headset" },
      { id: "b", label: "" },
    ],
    speakers: [],
    permission: "granted",
    canSelectSpeaker: false,
  } as const;
  const { call, container } = await show(<DeviceSelect kind="microphone" />, { snapshot: { devices } });
  const select = container.querySelector("select");
  expect(optionsOf(select)).toEqual(["System default", "Headset", "Unnamed device 2"]);
  await choose(select, "b");
  expect(call.asked).toContainEqual(["selectMicrophone", "b"]);
  expect(optionsOf(select)).toEqual(["Headset", "Unnamed device 2"]);
  await settled(() => call.set({ devices: { ...devices, microphoneId: "gone" } }));
  expect(select?.selectedOptions[0]?.textContent).toBe("Not plugged in any more");
});

test("a device that cannot be opened is told of, in the person's language, until another one is chosen", async () => {
  const refusal = new InterviewError({ code: "MICROPHONE_IN_USE", message: "It is in use.", retryable: true });
  const devices = {
    microphones: [{ id: "a", label: "Headset" }],
    speakers: [],
    permission: "granted",
    canSelectSpeaker: false,
  } as const;
  const { container } = await show(<DeviceSelect kind="microphone" />, {
    snapshot: { devices },
    extras: { refusal },
    messages: GERMAN,
  });
  await choose(container.querySelector("select"), "a");
  expect(textOf(container.querySelector('[role="alert"]'))).toMatch(
    /^Das Mikrofon lässt sich nicht öffnen.*Beenden Sie/,
  );
});

test("where only the system chooses the speaker, it says so", async () => {
  const { container } = await show(<DeviceSelect kind="speaker" />);
  expect(container.querySelector("select")?.disabled).toBe(true);
  expect(textOf(container)).toContain("Your system chooses the speaker.");
});

test("a typed answer is sent once, and the field is empty then", async () => {
  const { call, container } = await show(<AnswerForm />, { snapshot: { state: "connected" } });
  await type(container, "  We tested it with nurses.  ");
  await press(button(container, "Send"));
  expect(call.asked).toEqual([["say", "We tested it with nurses."]]);
  expect(container.querySelector("textarea")?.value).toBe("");
  expect(textOf(container.querySelector("[aria-live]"))).toBe("Your answer was sent.");
});

test("a typed answer that is refused stays in the field; without a call nothing is sent", async () => {
  const { call, container } = await show(<AnswerForm />, {
    snapshot: { state: "connected" },
    extras: { refusal: new Error("refused") },
  });
  await type(container, "We tested it.");
  await press(button(container, "Send"));
  expect(container.querySelector("textarea")?.value).toBe("We tested it.");
  expect(textOf(container.querySelector("[aria-live]"))).toMatch(/could not be sent/);
  await settled(() => call.set({ state: "interrupted" }));
  await press(button(container, "Send"));
  expect(call.asked).toHaveLength(1);
});

test("turns are read out when they are final, and those on their way are not", async () => {
  const { container } = await show(<Captions />, {
    snapshot: {
      captions: [
        { id: "1", n: 1, role: "interviewer", text: "Good morning.", status: "complete" },
        { id: "2", n: 2, role: "candidate", text: "", status: "gap" },
        { id: "3", role: "interviewer", text: "Tell me" },
      ],
    },
  });
  const [final, unfinished] = container.querySelectorAll("ol");
  expect([final?.getAttribute("aria-live"), textOf(final ?? null)]).toEqual([
    "polite",
    "Interviewer: Good morning. You: (something may be missing here)",
  ]);
  expect([unfinished?.getAttribute("aria-live"), textOf(unfinished ?? null)]).toEqual(["off", "Interviewer: Tell me"]);
});

test("the time counts down once a second, stands while it is paused, and a warning is in words", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  const now = () => Date.now();
  const { call, container } = await show(<TimeRemaining now={now} />, { snapshot: { endsAt: now() + 65_000 } });
  expect(textOf(container.querySelector('[role="timer"]'))).toBe("1:05");
  await settled(() => void vi.advanceTimersByTime(5_000));
  expect(textOf(container.querySelector('[role="timer"]'))).toBe("1:00");
  await settled(() => call.set({ endsAt: undefined, pausedSecondsLeft: 59.2, timeWarning: 60 }));
  await settled(() => void vi.advanceTimersByTime(5_000));
  expect(textOf(container.querySelector('[role="timer"]'))).toBe("1:00");
  expect(textOf(container.querySelector("[aria-live]"))).toBe("1 minute left.");
  vi.useRealTimers();
});

test("notices say what happened and what to do, in the provider's language, and are empty before", async () => {
  const notices = (
    <>
      <ErrorNotice />
      <EndNotice />
    </>
  );
  const { call, container } = await show(notices, { messages: GERMAN });
  expect(textOf(container)).toBe("");
  await settled(() =>
    call.set({
      error: { code: "SERVER_LOST", message: "The connection was lost.", retryable: true },
      endReason: "time_limit",
    }),
  );
  expect(textOf(container.querySelector('[role="alert"]'))).toMatch(
    /^Die Verbindung zum Interviewserver ist abgebrochen\./,
  );
  expect(textOf(container.querySelector(".end-notice"))).toMatch(/^Die Zeit für dieses Interview ist abgelaufen\./);
});

test("sound that the browser holds back is turned on by a button", async () => {
  const { call, container } = await show(<SoundNotice />);
  expect(textOf(container)).toBe("");
  await settled(() => call.set({ needsGesture: true }));
  await press(button(container, "Turn on sound"));
  expect(call.asked).toEqual([["resumeAudio"]]);
});

test("the badge tells a weak line, and one that is set up again", async () => {
  const { call, container } = await show(<ConnectionBadge />, { snapshot: { state: "connected", quality: "poor" } });
  expect(textOf(container)).toBe("Weak connection");
  await settled(() => call.set({ line: { ...call.getSnapshot().line, signalling: "reconnecting" } }));
  expect(textOf(container)).toBe("Reconnecting…");
});

interface Shown extends Mounted {
  readonly call: FakeCall;
}

interface Surroundings {
  readonly snapshot?: Partial<InterviewSnapshot>;
  readonly extras?: FakeCallExtras;
  readonly messages?: InterviewMessages;
}

async function show(element: ReactElement, { snapshot, extras, messages }: Surroundings = {}): Promise<Shown> {
  const call = createFakeCall(snapshot, extras);
  const mounted = await mount(
    <InterviewProvider call={call} messages={messages}>
      {element}
    </InterviewProvider>,
  );
  return { call, ...mounted };
}

function MutedWatcher({ onRender }: { readonly onRender: () => void }): ReactElement {
  onRender();
  return <>{useCallSnapshot(({ muted }) => String(muted))}</>;
}

function optionsOf(select: HTMLSelectElement | null): (string | null)[] {
  return [...(select?.options ?? [])].map(({ textContent }) => textContent);
}

async function choose(select: HTMLSelectElement | null, value: string): Promise<void> {
  await settled(async () => {
    if (select) select.value = value;
    select?.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

/** As a person does: React hears only of values that were not set through the element itself. */
async function type(container: HTMLElement, text: string): Promise<void> {
  const field = container.querySelector("textarea");
  await settled(async () => {
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(field, text);
    field?.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

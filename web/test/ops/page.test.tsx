// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { button, press, settled, textOf } from "../../../packages/react/test/mount.tsx";
import { choose, OLIVE, OSCAR, openPage, signIn } from "./opened-page.tsx";
import { AT, overview, running } from "./sample-sessions.ts";

const TOKEN = "eyJ-a-token-that-nobody-may-keep";
test("a token is sent once, kept nowhere, and what acts carries the proof that it comes from this page", async () => {
  const { container, server, board } = await openPage();
  expect(document.activeElement?.id).toBe("token");
  await signIn(container, TOKEN);
  expect(textOf(container.querySelector("h1"))).toBe("Running interviews");
  expect(server.asked.filter(({ body }) => body?.includes(TOKEN)).map(({ path }) => path)).toEqual([
    "/api/operators/login",
  ]);
  const kept = [document.body.innerHTML, JSON.stringify([localStorage, sessionStorage]), location.href];
  expect(kept.filter((text) => text.includes(TOKEN))).toEqual([]);

  await settled(() => board().tell({ type: "sessions", at: AT, sessions: [running("a")], more: false } as never));
  await choose(container, "ada");
  const field = container.querySelector("textarea");
  if (field) field.value = "Ask about looms.";
  await press(button(container, "Give it"));
  expect(server.asked.at(-1)).toEqual({
    method: "POST",
    path: "/api/sessions/a/guidance",
    body: JSON.stringify({ text: "Ask about looms." }),
    csrfToken: "csrf-1",
  });
  expect(textOf(container.querySelector(".answer-form-outcome"))).toBe("Given to the interviewer.");
});

test.each([
  ["", "There is no token yet. Paste it into the field."],
  [
    "UNAUTHENTICATED",
    "This token is not valid here. Copy it once more, whole and without quotes, or ask for a new one.",
  ],
  [
    "FORBIDDEN",
    "This token does not permit that. Ask for one with the scope observe, to watch, or operate, to act as well.",
  ],
  ["offline", "The server does not answer. Check your connection and whether the server runs, then try again."],
])("a sign-in that fails for %j says what to do next, and keeps the focus in the field", async (fault, words) => {
  const { container, server } = await openPage();
  server.fault = fault;
  await signIn(container, fault === "" ? "" : TOKEN);
  expect(textOf(container.querySelector('[role="alert"]'))).toBe(words);
  expect(document.activeElement?.id).toBe("token");
});

test("whoever only observes sees no button that acts", async () => {
  const { container, board } = await openPage(OSCAR);
  await settled(() => board().tell({ type: "sessions", at: AT, sessions: [running("a")], more: false } as never));
  await choose(container, "ada");
  expect(textOf(container.querySelector(".ops-panel h2"))).toBe("ada");
  expect(container.querySelector(".ops-panel :is(textarea, button)")).toBeNull();
});

test("ending is asked for twice", async () => {
  const { container, server, board } = await openPage(OLIVE);
  await settled(() => board().tell({ type: "sessions", at: AT, sessions: [running("a")], more: false } as never));
  await choose(container, "ada");
  await press(button(container, "End this interview"));
  await press(button(container, "No, let it go on"));
  expect(server.asked.some(({ path }) => path.endsWith("/end"))).toBe(false);
  await press(button(container, "End this interview"));
  await press(button(container, "End with a goodbye"));
  expect(server.asked.at(-1)).toMatchObject({ path: "/api/sessions/a/end", body: '{"goodbye":true}' });
});

test("what is said is read along, a turn at a time, until the interview is over", async () => {
  const { container, streams, board } = await openPage(OLIVE);
  await settled(() => board().tell({ type: "sessions", at: AT, sessions: [running("a")], more: false } as never));
  await choose(container, "ada");
  const events = streams.findLast(({ readyState }) => readyState !== 2);
  expect(events?.url).toBe("/api/sessions/a/events");
  const turn = { type: "turn", seq: 1, id: "1", n: 1, role: "interviewer", startedAt: null, endedAt: null } as const;
  await settled(() => {
    events?.tell({ type: "transcript_delta", turnId: "1", role: "interviewer", text: "Good mor" } as never, "message");
  });
  expect(textOf(container.querySelector('ol[aria-live="polite"]'))).toBe("");
  expect(textOf(container.querySelector('ol[aria-live="off"]'))).toBe("Interviewer Good mor");
  const whole = { ...turn, text: "Good morning.", status: "interrupted" } as const;
  await settled(() => events?.tell(whole, "message"));
  expect(textOf(container.querySelector('ol[aria-live="polite"]'))).toBe("Interviewer Good morning. interrupted");
  await settled(() => events?.tell({ type: "ended", seq: 2, reason: "completed" } as never, "message"));
  expect(textOf(container.querySelector(".end-notice"))).toBe("This interview is over. Completed. Read its transcript");
  expect(container.querySelector(".ops-panel button")).toBeNull();
});

test("of many sessions only those in sight are in the document, arrow keys lead through all, and updates keep the focus", async () => {
  const { container, board } = await openPage(OLIVE);
  const many = Array.from({ length: 500 }, (_, index) =>
    running(`s${index}`, { person: `p${index}`, deadline: new Date(Date.parse(AT) + index * 60_000).toISOString() }),
  );
  await settled(() => board().tell({ type: "sessions", at: AT, sessions: many, more: false } as never));
  expect(container.querySelector('[role="grid"]')?.getAttribute("aria-rowcount")).toBe("501");
  expect(container.querySelectorAll("[data-row]").length).toBeLessThan(60);
  expect(container.querySelectorAll('[data-row] button[tabindex="0"]').length).toBe(1);

  button(container, "p0").focus();
  const key = (name: string) =>
    settled(() => document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true })));
  await key("ArrowDown");
  await key("ArrowDown");
  await key("ArrowUp");
  expect(textOf(document.activeElement)).toBe("p1");
  await key("End");
  expect(textOf(document.activeElement), "a row far out of sight").toBe("p499");

  const changed = [running("s499", { person: "p499", deadline: "2026-11-27T09:59:00.000Z", quality: "lost" })];
  await settled(() => board().tell({ type: "changes", at: AT, changed, gone: ["s3"], more: false } as never));
  expect(textOf(document.activeElement), "sorted to the front").toBe("p499");
  expect(document.activeElement?.closest("[data-row]")?.getAttribute("aria-rowindex")).toBe("2");
  await key("ArrowDown");
  expect(textOf(document.activeElement)).toBe("p0");
  await settled(() => board().tell({ type: "changes", at: AT, changed: [], gone: ["s0"], more: false } as never));
  expect(textOf(document.activeElement), "what came into the place of the row that is gone").toBe("p1");
});

test("troubles are told at the top, and lead to their runbook", async () => {
  const { container, board } = await openPage(OLIVE);
  await settled(() => board().tell(overview({ troubles: [{ alert: "RecordsAway", since: AT }] })));
  const troubles = container.querySelector('[aria-label="Troubles"] [role="status"]');
  expect(textOf(troubles)).toContain("The records cannot be reached.");
  await press(button(container, "What to do about RecordsAway"));
  expect(textOf(container.querySelector("dialog[open]"))).toContain("bring the database back");
});

test("a session that has expired leads back to the sign-in, and says so", async () => {
  const { container, server, board } = await openPage(OLIVE);
  server.signedIn = undefined;
  await settled(() => board().breakOff("connecting"));
  expect(textOf(container.querySelector(".ops-line"))).toBe("Updates lost, reconnecting…");
  await settled(() => board().breakOff("closed"));
  expect(textOf(container.querySelector("form .ops-notice"))).toBe(
    "Your session has expired. Sign in again to go on where you were.",
  );
});

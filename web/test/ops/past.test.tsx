// @vitest-environment happy-dom
import { usageSchema } from "@interview-proxy/protocol";
import { expect, test } from "vitest";
import { button, press, textOf } from "../../../packages/react/test/mount.tsx";
import { goTo, OLIVE, openPage } from "./opened-page.tsx";
import { AT } from "./sample-sessions.ts";

test("past interviews are found a page at a time", async () => {
  const { container, server } = await openPage(OLIVE);
  const page = (persons: readonly string[], nextCursor: string | null) => ({
    sessions: persons.map((person) => ({ ...SUMMARY, person, sessionId: `ses_${person}` })),
    nextCursor,
  });
  server.replies["/api/sessions?status=ended"] = page(["ada", "grace"], "second");
  server.replies["/api/sessions?status=ended&cursor=second"] = page(["hedy"], null);
  await goTo("#/past");
  const persons = () => [...container.querySelectorAll("tbody a")].map((link) => textOf(link));
  expect(persons()).toEqual(["ada", "grace"]);
  await press(button(container, "Show more"));
  expect(persons()).toEqual(["ada", "grace", "hedy"]);
  expect(textOf(container.querySelector(".ops-found"))).toBe("3 found");
  const cells = [...container.querySelectorAll("tbody tr:first-child td")].map((cell) => textOf(cell));
  expect(cells.slice(1)).toEqual(["12 min", "Completed"]);
});

test("a transcript shows violations in their place and words that were not heard, and warns where it was altered", async () => {
  const { container, server } = await openPage(OLIVE);
  const mark = { at: "2026-11-27T10:00:04.000Z", callId: "c", kind: "injected", text: null, counted: true };
  server.replies["/api/sessions/ses_1"] = { ...SUMMARY, ...DETAILS, marks: [mark] };
  const turn = { role: "interviewer", status: "complete", textHash: "h", heardText: null, heardMs: null };
  server.replies["/api/sessions/ses_1/transcript"] = {
    turns: [
      {
        ...turn,
        n: 1,
        id: "1",
        text: "And if it tears?",
        status: "interrupted",
        heardText: "And if",
        heardMs: 900,
        startedAt: "2026-11-27T10:00:01.000Z",
      },
      { ...turn, n: 2, id: "2", text: "Goodbye.", startedAt: "2026-11-27T10:01:05.000Z" },
    ],
  };
  server.replies["/api/sessions/ses_1/transcript/verification"] = {
    verdict: "altered",
    turns: 2,
    erased: 0,
    turn: 2,
    problem: "its text was altered",
  };
  await goTo("#/past/ses_1");
  expect([...container.querySelectorAll(".ops-turns li")].map((item) => textOf(item))).toEqual([
    "Interviewer0:00interrupted after 0.9 sAnd if Not heard: it tears?",
    "Violation: the page put something into the conversation",
    "Interviewer1:04Goodbye.",
  ]);
  expect(textOf(container.querySelector('.ops-mark[data-verdict="altered"]'))).toContain(
    "Altered at turn 2. Do not rely on it: its text was altered.",
  );
  const links = [...container.querySelectorAll<HTMLAnchorElement>(".ops-exports a")];
  expect(links.map((link) => [link.getAttribute("href"), link.download])).toEqual([
    ["/api/sessions/ses_1/transcript?format=text", "ses_1.txt"],
    ["/api/sessions/ses_1/transcript?format=vtt", "ses_1.vtt"],
    ["/api/sessions/ses_1/transcript?format=json", "ses_1.json"],
  ]);
});

const SUMMARY = {
  sessionId: "ses_1",
  person: "ada",
  persona: "alloy",
  status: "ended",
  createdAt: AT,
  startedAt: AT,
  deadline: AT,
  endedAt: "2026-11-27T10:12:00.000Z",
  endReason: "completed",
  muted: false,
  metadata: {},
};

const DETAILS = {
  language: null,
  consentedAt: null,
  limits: { maxDurationSeconds: 600, warnAtSeconds: [], budget: {} },
  connection: null,
  usage: Object.fromEntries(Object.keys(usageSchema.shape).map((name) => [name, 0])),
  calls: [],
};

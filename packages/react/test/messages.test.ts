import { ENGLISH, GERMAN, type InterviewMessages, problemWords } from "@interview-proxy/react";
import { type ErrorCode, ERRORS } from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";
import { type ClientErrorCode, clientError, serverError } from "../../client/src/errors.ts";

/** The codes that only the page has are not exported; the German table is total over them by its type. */
const CLIENT_CODES = Object.keys(GERMAN.problems).filter((code) => !(code in ERRORS)) as ClientErrorCode[];

const PROBLEMS = [
  ...(Object.keys(ERRORS) as ErrorCode[]).map((code) =>
    serverError({ code, message: ERRORS[code].message, requestId: "req_1", retryable: ERRORS[code].retryable }),
  ),
  ...CLIENT_CODES.map((code) => clientError(code)),
].map(({ problem }) => problem);

describe("every code of server and client has words", () => {
  test.each(PROBLEMS)("$code", (problem) => {
    const [english, german] = [problemWords(problem, ENGLISH), problemWords(problem, GERMAN)];
    expect(english).toEqual({ reason: problem.message, nextStep: problem.nextStep });
    expect(english.reason).toMatch(/^[A-Z].*\.$/);
    expect(german.reason).toMatch(/^[A-ZÄÖÜ].*\.$/);
    expect(german.reason).not.toBe(english.reason);
    // What helps in one language is not kept from those who read the other.
    expect(german.nextStep?.endsWith(".") ?? false).toBe(problem.nextStep !== undefined);
  });
});

test.each(Object.entries(GERMAN.findings))("what a check finds says what to do, in German: %s", (_code, finding) => {
  expect(finding.reason).toMatch(/^[A-ZÄÖÜ].*\.$/);
  expect(finding.nextStep).toMatch(/^[A-ZÄÖÜ].*\.$/);
});

test("a code that a newer server sends is told in its own words, or in general ones in German", () => {
  const problem = { code: "CODE_OF_A_NEWER_SERVER", message: "Something new went wrong.", nextStep: "Try it again." };
  expect(problemWords(problem, ENGLISH)).toEqual({ reason: problem.message, nextStep: problem.nextStep });
  expect(problemWords(problem, GERMAN).reason).toBe("Es ist etwas schiefgegangen.");
  expect(problemWords({ ...problem, code: "toString" }, GERMAN).reason).toBe("Es ist etwas schiefgegangen.");
});

test("German leaves no text out, and none in English", () => {
  const [english, german] = [texts(ENGLISH), texts(GERMAN)];
  expect(german.map(([path]) => path)).toEqual(english.map(([path]) => path));
  expect(german.filter(([, text]) => text.trim() === "")).toEqual([]);
  const same = german.map(([, text]) => text).filter((text, place) => text === english[place]?.[1]);
  // Words that both languages share.
  expect(same.toSorted()).toEqual(["Browser", "DTLS", "ICE", "Interview", "Interviewer", "Interviewer", "Jitter"]);
});

test("the formal address is kept", () => {
  const informal = /\b(du|dich|dir|dein\w*|euch|euer\w*)\b/i;
  const notices = [...Object.values(GERMAN.problems), ...Object.values(GERMAN.findings)];
  const all = [
    ...texts(GERMAN).map(([, text]) => text),
    ...notices.flatMap(({ reason, nextStep = "" }) => [reason, nextStep]),
  ];
  expect(all.filter((text) => informal.test(text))).toEqual([]);
});

/** Every text of a catalogue by its place; those by code are tested by their codes. */
function texts({ problems: _p, findings: _f, unknownProblem: _u, language: _l, ...rest }: InterviewMessages) {
  const collect = (value: unknown, path: string): [string, string][] => {
    if (typeof value === "string") return [[path, value]];
    if (typeof value === "function") return [[path, (value as (text: string) => string)("X")]];
    return Object.entries(value as object).flatMap(([name, inner]) => collect(inner, `${path}.${name}`));
  };
  return collect(rest, "");
}

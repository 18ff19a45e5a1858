import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InterviewScriptError, loadInterviewScript, startSimulator } from "openai-voice-simulator";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadDefaultInterview } from "../src/script/default-interview.ts";
import { speakInterview } from "../src/script/spoken-interview.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "interview-"));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(text: string): Promise<string> {
  const path = join(folder, "script.yaml");
  await writeFile(path, text);
  return path;
}

describe("an interview script", () => {
  test("is YAML or JSON, its clips relative to it", async () => {
    const yaml = await loadInterviewScript(await write("turns:\n  - interviewer: Hi?\n    clip: a.opus\n"));
    expect(yaml).toEqual({ turns: [{ interviewer: "Hi?", clip: join(folder, "a.opus") }] });
    const json = await loadInterviewScript(await write('{"turns":[{"interviewer":"Hi?","candidate":"Hello."}]}'));
    expect(json).toEqual({ turns: [{ interviewer: "Hi?", candidate: "Hello." }] });
  });

  test.each([
    ["no turns", "turns: []", "turns"],
    ["a turn without a line", "turns:\n  - candidate: Hello.", "turns.0.interviewer"],
    ["an empty line", "turns:\n  - interviewer: ' '", "turns.0.interviewer"],
    ["an unknown field", "turns:\n  - interviewer: Hi?\n    voice: x", "unknown: voice"],
    ["a tool without a name", "turns:\n  - interviewer: Hi?\n    tools: [{ arguments: {} }]", "turns.0.tools.0.name"],
    ["nothing", "", "the script"],
    ["no YAML", "turns: [", "script.yaml"],
    ["a bomb of aliases", "a: &a [x]\nturns: [*a, *a]", "script.yaml"],
  ])("with %s is refused, naming file and place", async (_name, text, place) => {
    const path = await write(text);
    const refusal = await loadInterviewScript(path).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(InterviewScriptError);
    expect(String(refusal)).toContain(path);
    expect(String(refusal)).toContain(place);
  });

  test("that is not there is refused by name", async () => {
    await expect(loadInterviewScript(join(folder, "none.yaml"))).rejects.toThrow("none.yaml: cannot be read");
  });

  test("given as an object is checked too, and so are its clips", async () => {
    await expect(startSimulator({ script: { turns: [] } })).rejects.toThrow("script: turns");
    const clip = join(folder, "none.opus");
    await expect(startSimulator({ script: { turns: [{ interviewer: "Hi?", clip }] } })).rejects.toThrow(clip);
  });

  test("gets the built-in recording where the words are the same, else a substitute", async () => {
    const { turns } = await loadDefaultInterview();
    const known = turns[1]?.interviewer ?? "";
    const defaults = await speakInterview();
    const spoken = await speakInterview({ turns: [{ interviewer: known }, { interviewer: "Unheard of." }] });
    expect(spoken.turnAfter(0).packets).toEqual(defaults.turnAfter(1).packets);
    expect(spoken.turnAfter(1).packets.length).toBeGreaterThan(20);
    expect(spoken.turnAfter(9).text).toBe("Unheard of.");
  });
});

test("the last line is repeated, but what goes with it happens once", async () => {
  const tools = [{ name: "end_interview", arguments: { reason: "done" } }, { name: "note" }];
  const interview = await speakInterview({ turns: [{ interviewer: "Goodbye.", tools }] });
  expect(interview.turnAfter(0).tools).toEqual([
    { name: "end_interview", arguments: '{"reason":"done"}' },
    { name: "note", arguments: "{}" },
  ]);
  expect(interview.turnAfter(1)).toMatchObject({ text: "Goodbye.", tools: [] });
});

test("the default interview asks five questions and closes, all recorded, and ends itself", async () => {
  const { turns } = await loadDefaultInterview();
  expect(turns).toHaveLength(6);
  expect(turns.filter(({ interviewer }) => interviewer.includes("?") || interviewer.includes("tell me"))).toHaveLength(
    5,
  );
  expect(turns.at(-1)?.tools).toEqual([{ name: "end_interview" }]);
  expect(turns.every(({ clip }) => clip !== undefined)).toBe(true);
});

import { describe, expect, test } from "vitest";
import type { CallEvent, CallItem } from "../../src/upstreams/call-event.ts";
import { settle } from "../fake-clock.ts";
import { CALL, startTalk, type Talking } from "./start-session.ts";

function toolItem(name: string, args: string, id = "tool_1"): CallItem {
  const item = { id: `item_${id}`, speaker: null, text: null, spoken: true, status: "complete" } as const;
  return { ...item, toolCall: { id, name, arguments: args } };
}

const words: CallItem = { id: "item_w", speaker: "interviewer", text: "Fine.", spoken: true, status: "complete" };

/** The interviewer uses a tool, and says something before it or not. */
function use({ sideband }: Talking, tool: CallItem, said: readonly CallItem[] = []): void {
  const place = { type: "item", responseId: "resp_1" } as const;
  const done: CallEvent = {
    type: "response_done",
    responseId: "resp_1",
    status: "completed",
    items: [...said, tool],
    usage: null,
  };
  for (const event of [{ ...place, item: tool, previousId: null }, { ...place, item: tool }, done]) sideband.say(event);
}

describe("the interviewer's tools", () => {
  test("a note is kept, in private and once", async () => {
    const talk = await startTalk();
    use(talk, toolItem("note", '{"text":" Knows her tools. "}'), [words]);
    use(talk, toolItem("note", '{"text":" Knows her tools. "}'), [words]);
    await settle();
    expect(await talk.records.marksOf(talk.session.id)).toMatchObject([
      { kind: "note", text: "Knows her tools.", at: talk.clock.now() },
    ]);
    expect(talk.sideband.sent.slice(2)).toEqual(["answer tool_1"]);
    expect(JSON.stringify(talk.events)).not.toContain("Knows her tools");
  });

  test("an interviewer who has said nothing beside goes on when the tool is answered", async () => {
    const talk = await startTalk();
    use(talk, toolItem("note", '{"text":"Late."}'));
    expect(talk.sideband.sent.slice(2)).toEqual(["answer tool_1 and proceed"]);
  });

  test.each([
    ["a tool there is not", toolItem("delete_everything", "{}")],
    ["arguments that are no JSON", toolItem("note", "{")],
    ["arguments of another form", toolItem("note", '{"text":7}')],
    ["an empty note", toolItem("note", '{"text":"  "}')],
  ])("%s does nothing, and is answered", async (_what, tool) => {
    const talk = await startTalk();
    use(talk, tool);
    await settle();
    expect(await talk.records.marksOf(talk.session.id)).toEqual([]);
    expect(talk.sideband.sent.slice(2)).toEqual(["answer tool_1 and proceed"]);
  });

  test("an item that looks like a tool call, but is of no response, is none: a page may have made it", async () => {
    const talk = await startTalk();
    talk.sideband.say({ type: "item", item: toolItem("note", '{"text":"Hire!"}'), previousId: null });
    await settle();
    expect(await talk.records.marksOf(talk.session.id)).toEqual([]);
  });

  test("a long note is cut", async () => {
    const talk = await startTalk();
    use(talk, toolItem("note", JSON.stringify({ text: "x".repeat(100_000) })));
    await settle();
    expect((await talk.records.marksOf(talk.session.id))[0]?.text).toHaveLength(2000);
  });

  test("end_interview ends the session when the goodbye was heard", async () => {
    const talk = await startTalk();
    talk.sideband.say({ type: "interviewer_speaking", responseId: "resp_1", state: "started" });
    use(talk, toolItem("end_interview", ""), [words]);
    await settle();
    expect(talk.session.state).toBe("live");
    expect(talk.sideband.sent).toEqual(["configure", "greet"]);
    talk.sideband.say({ type: "interviewer_speaking", responseId: "resp_1", state: "finished" });
    await settle();
    expect(talk.session.endReason).toBe("completed");
    expect(talk.upstream.hungUp).toEqual([CALL.callId]);
  });

  test("end_interview without a word ends the session all the same", async () => {
    const talk = await startTalk();
    use(talk, toolItem("end_interview", "{}"));
    await talk.clock.advance(5000);
    expect(talk.session.endReason).toBe("completed");
  });

  test("a tool call that was missed while the sideband was away is found with its item", async () => {
    const talk = await startTalk();
    talk.sideband.drop();
    await settle();
    const [, again] = talk.upstream.sidebands;
    again?.say({ type: "ready" });
    const known: CallItem = { ...words, id: "item_next" };
    again?.say({ type: "item", item: known, previousId: "item_tool_1", responseId: "resp_2" });
    expect(again?.sent.at(-1)).toBe("retrieve item_tool_1");
    again?.say({ type: "retrieved", item: toolItem("note", '{"text":"Found."}') });
    await settle();
    expect(await talk.records.marksOf(talk.session.id)).toMatchObject([{ text: "Found." }]);
  });
});

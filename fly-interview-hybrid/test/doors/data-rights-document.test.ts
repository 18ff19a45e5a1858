import { expect, test } from "vitest";
import { runSnippets, snippetsOf } from "./documented-snippets.ts";
import { startInviting } from "./invited.ts";
import { SERVICE } from "./platform.ts";

test("docs/data-rights.md: what it shows works, in its order", async () => {
  const { proxy, create, come, invite } = await startInviting();
  const asked = { questions: ["Why?"] };
  await create("candidate-4711", asked);
  const client = await come(await create("candidate-4711", asked));
  await client.next("initialized");
  await invite("candidate-4711", asked);
  const given = { proxy: proxy.url, serviceToken: SERVICE };
  const blocks = snippetsOf("data-rights.md");
  expect(await runSnippets(blocks, given, ["sessions", "invitations", "counts"])).toMatchObject({
    sessions: [{ questions: ["Why?"] }, { questions: ["Why?"] }],
    invitations: [{ questions: ["Why?"] }],
    counts: { sessions: 2, turns: 0, invitations: 1 },
  });
  expect(await runSnippets(blocks, given, ["counts"])).toEqual({ counts: { sessions: 0, turns: 0, invitations: 0 } });
});

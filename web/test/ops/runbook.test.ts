import { TROUBLES } from "@interview-proxy/protocol";
import { expect, test } from "vitest";
import { runbookOf } from "../../src/ops/troubles/runbook.ts";

test.each(Object.keys(TROUBLES))("the runbook of %s says what is seen and what to do", (alert) => {
  const titles = runbookOf(alert).map((part) => (part.kind === "step" ? part.title : part.kind));
  expect(titles).toEqual(expect.arrayContaining(["Seen", "Candidates", "Look", "Do", "Over"]));
});

test("a runbook has commands as they are, links as their words, and nothing of the next one", () => {
  const text = `# Runbooks\n\n## Flood\n\n**Seen:** water\nin the hall.\n**Do:** see [the tap](#tap).\n\n\`\`\`sh\nclose  tap\n\`\`\`\n\nWait.\n\n## Drought\n\n**Seen:** none.\n`;
  expect(runbookOf("Flood", text)).toEqual([
    { kind: "step", title: "Seen", text: "water in the hall." },
    { kind: "step", title: "Do", text: "see the tap." },
    { kind: "command", text: "close  tap" },
    { kind: "text", text: "Wait." },
  ]);
  expect(runbookOf("Fire", text)).toEqual([]);
});

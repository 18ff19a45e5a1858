import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { createLog } from "../../src/ops/log.ts";

test("a text that opens an interview is cut out of any line, and its id stays", () => {
  const lines: string[] = [];
  const log = createLog("info", new Writable({ write: (line, _encoding, done) => (lines.push(String(line)), done()) }));
  const invitation = `inv_${"A".repeat(22)}.ZGVmYXVsdA.${"b".repeat(43)}`;
  const resumeToken = `rst_${"C".repeat(22)}.${"d".repeat(43)}`;
  const ticket = `eyJhbGciOiJIUzI1NiJ9.${"e".repeat(60)}.${"f".repeat(43)}`;
  log.info({ url: `/interview?invitation=${invitation}`, resumeToken, key: `ek_${ticket}` }, `came with ${ticket}`);
  const [line = ""] = lines;
  for (const secret of ["b".repeat(43), "d".repeat(43), "f".repeat(43), "ZGVmYXVsdA"])
    expect(line).not.toContain(secret);
  expect(JSON.parse(line)).toMatchObject({
    url: `/interview?invitation=inv_${"A".repeat(22)}.[redacted]`,
    resumeToken: `rst_${"C".repeat(22)}.[redacted]`,
    key: "ek_eyJhbGciOiJIUzI1NiJ9.[redacted]",
    msg: "came with eyJhbGciOiJIUzI1NiJ9.[redacted]",
  });
});

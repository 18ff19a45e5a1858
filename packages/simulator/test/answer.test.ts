import { expect, test } from "vitest";
import { finishAnswer } from "../src/peer/answer.ts";

const candidate = (address: string) => `a=candidate:1 1 UDP 2114977791 ${address} 40000 typ host\r\n`;

test("an answer names the loopback first, once, and announces no end of candidates", () => {
  const loopbacks = (sdp: string) => sdp.match(/ 127\.0\.0\.1 40000 typ host\r\n/g);
  const online = finishAnswer(`v=0\r\n${candidate("192.0.2.2")}a=end-of-candidates\r\n`);
  expect(loopbacks(online)).toHaveLength(1);
  expect(online.indexOf("127.0.0.1")).toBeLessThan(online.indexOf("192.0.2.2"));
  expect(online).not.toContain("end-of-candidates");
  expect(loopbacks(finishAnswer(`v=0\r\n${candidate("127.0.0.1")}`))).toHaveLength(1);
});

import { expect, test } from "vitest";
import { countWork } from "./counted-work.ts";
import { offers, sdpNamed } from "./sdp-fixtures.ts";

const chrome = sdpNamed(offers, "chrome-data-channel");
const session = chrome.slice(0, chrome.indexOf("m=audio"));

/** Offers that grow with n in one way each. The largest, at n = 2, comes close to the limits of size and lines. */
const hostile: [name: string, offer: (n: number) => string][] = [
  ["unknown attributes", (n) => chrome + "a=x\r\n".repeat(450 * n)],
  ["lines past the limit", (n) => chrome + "a=\n".repeat(10_000 * n)],
  ["candidates", (n) => chrome + "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n".repeat(450 * n)],
  ["mids", (n) => chrome + "a=mid:1\r\n".repeat(450 * n)],
  ["fingerprints", (n) => chrome + chrome.match(/^a=fingerprint.*\r\n/m)?.[0].repeat(250 * n)],
  ["codecs", (n) => chrome.replace("a=sendrecv", "a=rtpmap:111 opus/48000\r\n".repeat(450 * n) + "a=sendrecv")],
  ["sections", (n) => session + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n".repeat(200 * n)],
  ["payload types", (n) => chrome.replace("SAVPF 111", `SAVPF${" 111".repeat(7000 * n)}`)],
  ["mids in the group", (n) => chrome.replace("BUNDLE 0 1", `BUNDLE${" 0 1".repeat(7000 * n)}`)],
  ["hash pairs", (n) => chrome.replace(/(fingerprint:sha-256 ).*/, `$1${"AB:".repeat(9000 * n)}`)],
];

test("twice the hostile input costs at most twice the work", async () => {
  const counts = await countWork(
    ["/src/sdp/"],
    () => import("../../src/sdp/judge-offer.ts"),
    hostile.flatMap(([, offer]) =>
      [offer(1), offer(2)].map(
        (sdp) =>
          ({ judgeOffer }) =>
            judgeOffer(sdp),
      ),
    ),
  );
  const growth = hostile.map(([name], index) => ({
    name,
    factor: Number(counts[2 * index + 1]) / Number(counts[2 * index]),
  }));
  expect(growth.filter(({ factor }) => !(factor < 2.2))).toEqual([]);
  expect(Math.max(...growth.map(({ factor }) => factor)), "the counter counts").toBeGreaterThan(1.8);
});

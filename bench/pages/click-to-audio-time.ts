// From the click to the first audio in Chromium, over a network that is emulated in user space: on the page that the proxy serves, and the
// way that the voice service documents. Both end in one simulator.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { startDistantService } from "./distant-service.ts";
import { fakeSpeechWav } from "./fake-speech.ts";
import { mintToken, SECRET } from "../processes/load-token.ts";
import { type Link, startTcpLink } from "./network-link.ts";
import { makeCertificate, startMintingServer, startTlsFront } from "./page-server.ts";
import { startProxy } from "../processes/proxy-process.ts";
import { startServerProcess } from "../processes/server-process.ts";
import { hundredths, medianOf, rounded, summarise } from "../report/summary.ts";

const WARM_UPS = Number(process.env.WARM_UPS ?? 2);
const ROUNDS = Number(process.env.ROUNDS ?? 8);
const SIMULATOR = new URL("../../packages/simulator/bin/openai-voice-simulator.js", import.meta.url);

/** Distances, in milliseconds. */
const ONE_WAY_TO_US = 20;
const ONE_WAY_TO_SERVICE = 50;
const CREATE = 250;

/** Without any computer's time: the exchange through us, ICE by one round trip, and DTLS by two, with whose end the first packet comes. */
const LIMIT_MS = 2 * (ONE_WAY_TO_US + ONE_WAY_TO_SERVICE) + CREATE + 3 * 2 * ONE_WAY_TO_SERVICE;

/** The call before is over then, on every side. */
const BETWEEN_MS = 500;

/** So long a person's pointer is on the button before it is pressed. */
const POINTED_MS = 500;

/** Stages of a connection, each from the click. */
interface ConnectTimes {
  readonly offerMs: number;
  readonly answerMs: number;
  readonly iceMs: number;
  readonly dtlsMs: number;
  readonly firstAudioMs: number;
}

interface Way {
  readonly page: Page;
  readonly times: ConnectTimes[];
}

const folder = await mkdtemp(join(tmpdir(), "click-to-audio-"));
const closing: (() => unknown)[] = [() => rm(folder, { recursive: true })];
const opened = <T extends { close(): unknown }>(thing: T): T => {
  closing.push(() => thing.close());
  return thing;
};
try {
  const certificate = await makeCertificate(folder);
  const simulator = await startServerProcess(SIMULATOR, {
    // As the service's answers have been since September 2026.
    arguments: ["--port", "0", "--dtls-role", "passive"],
    portIn: (line) => Number(new URL(line).port),
  });
  closing.push(() => simulator.stop());
  const service = opened(
    await startDistantService({
      ...certificate,
      targetPort: simulator.port,
      createMs: CREATE,
      oneWayMs: ONE_WAY_TO_SERVICE,
    }),
  );
  const toService: Link = opened(await startTcpLink(service.port, ONE_WAY_TO_SERVICE));

  const token = await mintToken();
  // The page's origin is known only when its link is there, and the link only leads to a front that leads to the proxy.
  const port = await freePortOf(certificate);
  const front = opened(await startTlsFront(certificate, port));
  const toUs = opened(await startTcpLink(front.port, ONE_WAY_TO_US));
  const proxy = await startProxy({
    PORT: String(port),
    OPENAI_BASE_URL: `https://localhost:${toService.port}/v1`,
    OPENAI_API_KEY: "not-a-key",
    NODE_EXTRA_CA_CERTS: certificate.certPath,
    ALLOWED_ORIGINS: `https://localhost:${toUs.port}`,
    JWT_SECRET: SECRET,
    DATABASE_URL: `file:${join(folder, "proxy.db")}`,
    CALLS_PER_MINUTE: "1000",
    OFFERS_PER_MINUTE: "1000",
    CONNECTIONS_PER_MINUTE: "1000",
    MAX_SESSIONS_PER_PERSON: "100",
  });
  closing.push(() => proxy.stop());
  const minting = opened(await startMintingServer(certificate, toService.port));
  const toMinting = opened(await startTcpLink(minting.port, ONE_WAY_TO_US));

  const microphone = join(folder, "speech.wav");
  await writeFile(microphone, fakeSpeechWav());
  const browser = await launchChromium(microphone, ["--ignore-certificate-errors"]);
  closing.push(() => browser.close());
  const context = await browser.newContext({ permissions: ["microphone"], ignoreHTTPSErrors: true });
  await context.addInitScript({ path: pathOf("connect-probe.js") });

  const ours = await openShippedPage(context, toUs.port, token);
  const official = await openOfficialPage(context, toMinting.port, toService.port);
  for (let round = -WARM_UPS; round < ROUNDS; round += 1) {
    const ways = round % 2 === 0 ? [ours, official] : [official, ours];
    for (const way of ways) {
      const times = await timeConnect(way);
      console.error(JSON.stringify(times));
      if (round >= 0) way.times.push(times);
    }
  }
  console.log(JSON.stringify(figuresOf({ ours: ours.times, official: official.times })));
} finally {
  for (const close of closing.toReversed()) await close();
}

/** A port that was free a moment ago: the front has to know it before the proxy has started. */
async function freePortOf(certificate: Parameters<typeof startTlsFront>[0]): Promise<number> {
  const taken = await startTlsFront(certificate, 0);
  taken.close();
  return taken.port;
}

async function openShippedPage(context: BrowserContext, port: number, token: string): Promise<Way> {
  const page = await context.newPage();
  await page.goto(`https://localhost:${port}/simple-webrtc-test`);
  await page.getByLabel("Simulation Mode").uncheck();
  await page.getByLabel("Access token").fill(token);
  await page.getByRole("button", { name: "Start Connection" }).click();
  return { page, times: [] };
}

async function openOfficialPage(context: BrowserContext, port: number, servicePort: number): Promise<Way> {
  const page = await context.newPage();
  await page.addInitScript({ path: pathOf("direct-page.js") });
  const origin = `https://localhost:${port}`;
  await page.goto(origin);
  await page.evaluate(`prepareDirectPage("https://localhost:${servicePort}/v1/realtime/calls", "${origin}/token")`);
  return { page, times: [] };
}

async function timeConnect({ page }: Way): Promise<ConnectTimes> {
  // A page in the background is throttled.
  await page.bringToFront();
  const button = page.getByRole("button", { name: "Connect", exact: true });
  await button.hover();
  await pause(POINTED_MS);
  await button.click();
  const times = await page.evaluate<ConnectTimes | undefined>("connectTimes");
  if (!times) throw new Error("No audio came after the click.");
  await page.getByRole("button", { name: "Disconnect" }).click();
  await pause(BETWEEN_MS);
  return times;
}

function figuresOf(times: Record<"ours" | "official", readonly ConnectTimes[]>) {
  const of = (list: readonly ConnectTimes[]) => {
    const stage = (name: keyof ConnectTimes) => rounded(medianOf(list.map((each) => each[name])));
    return {
      offerMs: stage("offerMs"),
      answerMs: stage("answerMs"),
      iceMs: stage("iceMs"),
      dtlsMs: stage("dtlsMs"),
      firstAudio: summarise(list.map(({ firstAudioMs }) => firstAudioMs)),
    };
  };
  const [ours, official] = [of(times.ours), of(times.official)];
  return {
    rounds: ROUNDS,
    ofOfficial: hundredths(ours.firstAudio.medianMs / official.firstAudio.medianMs),
    limitMs: LIMIT_MS,
    overLimitMs: rounded(ours.firstAudio.medianMs - LIMIT_MS),
    ours,
    official,
    raw: times,
  };
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

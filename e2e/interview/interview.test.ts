import { startSimulator } from "openai-voice-simulator";
import { expect, onTestFinished, test, vi } from "vitest";
import { saidIn } from "../../fly-interview-hybrid/test/doors/said-by-simulator.ts";
import { asOnRealtime } from "../../fly-interview-hybrid/test/doors/voice-api.ts";
import { ANSWER_WAV, type Candidate, openCandidate } from "./browser.ts";
import { panelIs, PATIENCE } from "./conversation.ts";
import { hs256 } from "./hs256.ts";
import { expectNoSecret, type RunningProxy, SECRETS, startProxy } from "./running-proxy.ts";

const SIMPLE_SERVER = "node simple-server.js";

test.each(["WebSocket", "HTTP"])(
  "a voice interview runs end to end in a browser, by %s signalling",
  async (signalling) => {
    const proxy = await startProxy(SIMPLE_SERVER);
    const candidate = await openCandidate();
    await connect(candidate, proxy, signalling);
    // By the socket that was open before the click.
    expect(welcomes(candidate)).toHaveLength(socketsOf(signalling));

    // The interviewer is heard: its greeting carries energy, and is played to its end.
    await vi.waitFor(async () => expect((await candidate.inboundAudio()).energy).toBeGreaterThan(0), PATIENCE);
    await spoken(proxy, 1);

    // The candidate's speech is detected, written down, and the next question follows it.
    await candidate.speak();
    const call = await spoken(proxy, 2);
    expect(call.speechSegments).toBe(1);
    const types = call.events.map(({ type }) => type);
    expect(types.indexOf("call.candidate_stopped")).toBeGreaterThan(types.indexOf("call.candidate_started"));
    expect(saidIn(call)).toContainEqual(["candidate", "complete", expect.stringMatching(/./), null]);
    expect(call.packetsReceived).toBeGreaterThan(100);

    await candidate.page.getByRole("button", { name: "Disconnect" }).click();
    await panelIs(candidate.page, "disconnected");
    await vi.waitFor(async () => expect(await liveCalls(proxy)).toEqual([]), PATIENCE);
    expectNoSecret([...candidate.received, proxy.command.output()]);
  },
);

test("Chromium's own fake microphone, playing speech, is heard by the interviewer", async () => {
  const proxy = await startProxy(SIMPLE_SERVER);
  const candidate = await openCandidate({ microphoneFile: ANSWER_WAV });
  await connect(candidate, proxy, "WebSocket");
  await vi.waitFor(async () => expect((await proxy.calls())[0]?.speechSegments).toBeGreaterThan(0), PATIENCE);
  await vi.waitFor(async () => expect((await candidate.inboundAudio()).energy).toBeGreaterThan(0), PATIENCE);
});

test("closing the page leaves no call, by either signalling", async () => {
  const proxy = await startProxy(SIMPLE_SERVER, { IDLE_SECONDS: "3" });
  for (const signalling of ["WebSocket", "HTTP"]) {
    const candidate = await openCandidate();
    await connect(candidate, proxy, signalling);
    await candidate.page.close({ runBeforeUnload: false });
    await vi.waitFor(async () => expect(await liveCalls(proxy)).toEqual([]), PATIENCE);
  }
});

test("the guide's console snippet gets its pong, pasted into the page", async () => {
  const proxy = await startProxy(SIMPLE_SERVER);
  const { page } = await openCandidate();
  await page.goto(proxy.url);
  const types = await page.evaluate(
    async (address) => {
      const socket = new WebSocket(address);
      const seen: string[] = [];
      socket.addEventListener("open", () => socket.send(JSON.stringify({ type: "ping" })));
      await new Promise<void>((resolve) => {
        socket.addEventListener("message", ({ data }) => {
          seen.push((JSON.parse(String(data)) as { type: string }).type);
          if (seen.includes("pong")) resolve();
        });
      });
      socket.close();
      return seen;
    },
    `${proxy.url.replace("http", "ws")}?simulation=true`,
  );
  expect(types).toEqual(["welcome", "pong"]);
});

test.each(["WebSocket", "HTTP"])(
  "with a key and a sign-in the same page reaches the real door, by %s",
  async (signalling) => {
    const simulator = await startSimulator({ apiKeys: [SECRETS.key] });
    onTestFinished(() => simulator.close());
    const secret = "e2e-jwt-secret-0123456789abcdef0123456789";
    const settings = { SIMULATION_MODE: "false", OPENAI_BASE_URL: simulator.baseUrl, JWT_SECRET: secret };
    const proxy = await startProxy("node dist/main.js", settings);
    const candidate = await openCandidate();
    const { page } = candidate;
    await page.goto(`${proxy.url}/simple-webrtc-test`);
    await page.getByRole("checkbox", { name: "Simulation Mode" }).uncheck();
    await page.getByRole("textbox", { name: "Access token" }).fill(hs256({ sub: "ada", exp: 4_102_444_800 }, secret));
    await page.getByRole("radio", { name: signalling }).check();
    await page.getByRole("button", { name: "Start Connection" }).click();
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await panelIs(candidate.page, "connected");
    await vi.waitFor(async () => expect((await candidate.inboundAudio()).energy).toBeGreaterThan(0), PATIENCE);
    expect(simulator.liveCalls()).toMatchObject([
      { state: "connected", request: { form: asOnRealtime("a new call") ? "multipart" : "json" } },
    ]);

    const ended = simulator.waitFor((event) => event.type === "call.ended");
    await page.getByRole("button", { name: "Disconnect" }).click();
    // By the proxy's hang-up or by the page's own close, whichever arrives first.
    await ended;
    expect(simulator.liveCalls()).toEqual([]);
    expectNoSecret([...candidate.received, proxy.command.output()]);
  },
);

test("without a sign-in the page says so in plain words, and what to do next", async () => {
  const proxy = await startProxy("node dist/main.js", { SIMULATION_MODE: "true", NODE_ENV: "development" });
  const { page, received } = await openCandidate();
  await page.goto(`${proxy.url}/simple-webrtc-test`);
  await page.getByRole("checkbox", { name: "Simulation Mode" }).uncheck();
  await page.getByRole("button", { name: "Start Connection" }).click();
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByRole("alert").waitFor();
  expect(await page.getByRole("alert").textContent()).toMatch(/sign-in.*Start the interview again/s);
  expectNoSecret(received);
});

async function connect(candidate: Candidate, proxy: RunningProxy, signalling: string): Promise<void> {
  const { page } = candidate;
  await page.goto(`${proxy.url}/simple-webrtc-test`);
  expect(await page.getByRole("textbox", { name: "Server URL" }).inputValue()).toBe(
    `${proxy.url.replace("http", "ws")}?simulation=true`,
  );
  expect(await page.getByRole("checkbox", { name: "Simulation Mode" }).isChecked()).toBe(true);
  await page.getByRole("radio", { name: signalling }).check();
  await page.getByRole("button", { name: "Start Connection" }).click();
  await vi.waitFor(() => expect(welcomes(candidate)).toHaveLength(socketsOf(signalling)), PATIENCE);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await panelIs(page, "connected");
}

function socketsOf(signalling: string): number {
  return signalling === "WebSocket" ? 1 : 0;
}

/** What the server says on each new socket. */
function welcomes({ received }: Candidate): readonly string[] {
  return received.filter((text) => text.startsWith('{"type":"welcome"'));
}

/** Waits until the interviewer has said so many things to their end; returns the call as it is then. */
async function spoken(proxy: RunningProxy, times: number): Promise<Awaited<ReturnType<RunningProxy["calls"]>>[number]> {
  return vi.waitFor(async () => {
    const [call] = await proxy.calls();
    if (call === undefined) throw new Error("There is no call yet.");
    expect(call.events.filter(({ type }) => type === "call.interviewer_finished")).toHaveLength(times);
    return call;
  }, PATIENCE);
}

async function liveCalls(proxy: RunningProxy): Promise<readonly unknown[]> {
  return (await proxy.calls()).filter(({ state }) => state !== "ended");
}

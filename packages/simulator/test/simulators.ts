import { type Simulator, type SimulatorOptions, startSimulator } from "openai-voice-simulator";
import { afterEach } from "vitest";
import { SidebandClient } from "./sideband-client.ts";
import { type ClientOptions, WebRtcClient } from "./webrtc-client.ts";

/** What one test started, closed when it ends, last first. */
export class Resources {
  readonly #closing: (() => unknown)[] = [];

  constructor() {
    afterEach(async () => {
      for (const close of this.#closing.splice(0).toReversed()) {
        await close();
      }
    });
  }

  async simulator(options: SimulatorOptions = {}): Promise<Simulator> {
    const simulator = await startSimulator(options);
    this.#closing.push(() => simulator.close());
    return simulator;
  }

  client(options: ClientOptions = {}): WebRtcClient {
    const client = new WebRtcClient(options);
    this.#closing.push(() => client.close());
    return client;
  }

  async sideband(simulator: Simulator, callId: string, query = ""): Promise<SidebandClient> {
    const sideband = await SidebandClient.attach(simulator, callId, { query });
    this.#closing.push(() => sideband.close());
    return sideband;
  }
}

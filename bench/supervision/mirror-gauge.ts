import { once } from "node:events";
import { WebSocket } from "ws";
import { monotonicMs } from "../processes/one-core.ts";

/** Listens to one call beside the proxy, and weighs the audio that its sideband is sent. */
export interface MirrorGauge {
  /** Of the candidate's and of the interviewer's audio, since the gauge was opened. */
  kilobytesPerSecond(): { readonly input: number; readonly output: number };
  close(): void;
}

/** Opens it on the first call that the simulator at this base URL has. */
export async function openMirrorGauge(baseUrl: string): Promise<MirrorGauge> {
  const calls = await fetch(new URL("/_simulator/calls", baseUrl));
  const [call] = ((await calls.json()) as { calls: readonly { id: string }[] }).calls;
  if (call === undefined) throw new Error("There is no call whose audio could be weighed.");
  const socket = new WebSocket(`${baseUrl.replace("http", "ws")}/live/sessions/${call.id}/attach`, {
    headers: { authorization: "Bearer not-a-key" },
    perMessageDeflate: false,
  });
  const bytes = { input: 0, output: 0 };
  const since = monotonicMs();
  socket.on("message", (data) => {
    const frame = data as Buffer;
    const head = frame.toString("latin1", 0, 64);
    if (head.includes('"session.input_audio.append"')) bytes.input += frame.length;
    if (head.includes('"session.output_audio.delta"')) bytes.output += frame.length;
  });
  await once(socket, "open");
  return {
    kilobytesPerSecond() {
      const elapsedMs = monotonicMs() - since;
      return { input: Math.round(bytes.input / elapsedMs), output: Math.round(bytes.output / elapsedMs) };
    },
    close: () => socket.terminate(),
  };
}

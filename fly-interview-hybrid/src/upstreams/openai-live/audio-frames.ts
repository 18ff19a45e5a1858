/** Holds the type of an event where it is written first, as the service does. */
const HEAD_BYTES = 64;

/**
 * Whose audio a frame of the sideband mirrors; `undefined` where it is none. The service sends all audio of a call twice, some
 * 128 KB a second, with no way to have it left out (documented). So only the first bytes of a frame are looked at: to parse it
 * would cost more than all the rest of a call.
 */
export function mirroredAudio(frame: Buffer): "input" | "output" | undefined {
  const head = frame.toString("latin1", 0, HEAD_BYTES);
  if (head.includes('"session.input_audio.append"')) return "input";
  return head.includes('"session.output_audio.delta"') ? "output" : undefined;
}

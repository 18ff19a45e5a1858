import { randomFillSync } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** As recorded: `event_`, `item_`, `resp_` and `conv_` ids carry 21 alphanumerics. */
const SUFFIX_LENGTH = 21;

/** A call created in late 2026 carries 32, and the shard it lives on. */
const CALL_SUFFIX_LENGTH = 32;
const SHARD = "u1";

/** Asked for one by one, random bytes would take a sixth of the time of a simulator with hundreds of calls (measured). */
const pool = Buffer.alloc(8192);
let used = pool.length;

/** A fresh id of the recorded form. */
export function newId(
  prefix: "event" | "item" | "resp" | "conv" | "sess" | "call" | "req" | "ek" | "deleg" | "msg" | "fc",
): string {
  return `${prefix}_${alphanumerics(SUFFIX_LENGTH)}`;
}

/** `output_audio_buffer.*` events come from another component of OpenAI's, whose ids are 16 hexadecimal digits. */
export function newPlayoutEventId(): string {
  return `event_${takeRandom(8).toString("hex")}`;
}

/** Ids of a call and of its session: they share shard and suffix. */
export function newCallIds(): { readonly callId: string; readonly sessionId: string } {
  const suffix = `${SHARD}_${alphanumerics(CALL_SUFFIX_LENGTH)}`;
  return { callId: `rtc_${suffix}`, sessionId: `sess_${suffix}` };
}

/** Id of a Live session, which its call goes by too. */
export function newLiveId(): string {
  return `live_${SHARD}_${alphanumerics(CALL_SUFFIX_LENGTH)}`;
}

/** The random padding of a delta event: it fills the text up to a multiple of 16, which hides the token's length. */
export function obfuscate(delta: string): string {
  return alphanumerics(16 - (delta.length % 16));
}

function alphanumerics(length: number): string {
  let text = "";
  for (const byte of takeRandom(length)) {
    // The modulo favours some characters slightly; these ids are names, not secrets to guess.
    text += ALPHABET[byte % ALPHABET.length];
  }
  return text;
}

/** Random bytes, to be used before more are taken. */
function takeRandom(length: number): Buffer {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += length;
  return pool.subarray(used - length, used);
}

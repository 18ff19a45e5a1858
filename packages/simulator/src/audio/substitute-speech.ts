import { PACKET_MS, SILENCE_PACKET } from "./opus-packet.ts";

/** Spoken English runs at about 15 letters a second, so 150 words a minute with the gaps below. */
const LETTER_MS = 65;
const WORD_GAP_MS = 40;
const CLAUSE_PAUSE_MS = 200;
const SENTENCE_PAUSE_MS = 400;

/**
 * Packets below this are breaths and pauses. At 24 kbit/s a voiced packet takes about 60 bytes; a substitute made of
 * quieter ones would not be heard as speech.
 */
const VOICED_PACKET_BYTES = 45;

/**
 * Speech-like audio for a text that nobody recorded: as long as saying it would take, with pauses at its punctuation,
 * out of the voiced packets of recorded speech. The same text gives the same packets.
 */
export function substituteSpeech(text: string, recorded: readonly Uint8Array[]): readonly Uint8Array[] {
  const voiced = recorded.filter((packet) => packet.length >= VOICED_PACKET_BYTES);
  const speech: Uint8Array[] = [];
  for (const word of text.split(/\s+/u).filter((part) => part !== "")) {
    const letters = word.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
    const start = hash(word);
    for (let i = 0; i < toPackets(letters * LETTER_MS); i += 1) {
      speech.push(voiced[(start + i) % voiced.length] ?? SILENCE_PACKET);
    }
    const silence = toPackets(pauseAfter(word));
    speech.push(...Array.from({ length: silence }, () => SILENCE_PACKET));
  }
  return speech;
}

function pauseAfter(word: string): number {
  if (/[.!?…]["')\]]*$/u.test(word)) {
    return SENTENCE_PAUSE_MS;
  }
  return /[,;:–—-]["')\]]*$/u.test(word) ? CLAUSE_PAUSE_MS : WORD_GAP_MS;
}

function toPackets(ms: number): number {
  return Math.ceil(ms / PACKET_MS);
}

/** Different words start at different places of the recording; any spread will do. */
function hash(word: string): number {
  let sum = 0;
  for (const char of word) {
    sum = (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  }
  return sum;
}

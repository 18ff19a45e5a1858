import type { RealtimeResponseUsage } from "openai/resources/realtime/realtime";
import { splitTokens } from "../session/tokens.ts";

/** Documented rates: a user's audio is one token per 100 ms, an assistant's one per 50 ms. */
const USER_AUDIO_MS_PER_TOKEN = 100;
const ASSISTANT_AUDIO_MS_PER_TOKEN = 50;

/** What one part of a conversation costs to read or to say. */
export interface Tokens {
  readonly text: number;
  readonly audio: number;
}

/** Tokens of text that was written. */
export function textTokens(text: string): Tokens {
  return { text: splitTokens(text).length, audio: 0 };
}

/** Tokens of a candidate's speech of `ms` milliseconds. */
export function userAudioTokens(ms: number): Tokens {
  return { text: 0, audio: Math.ceil(ms / USER_AUDIO_MS_PER_TOKEN) };
}

/** Tokens of an interviewer's speech: its transcript counts as well as its audio. */
export function assistantAudioTokens(transcript: string, ms: number): Tokens {
  return { text: splitTokens(transcript).length, audio: Math.ceil(ms / ASSISTANT_AUDIO_MS_PER_TOKEN) };
}

/** All of several parts. */
export function addTokens(parts: readonly Tokens[]): Tokens {
  return {
    text: parts.reduce((sum, { text }) => sum + text, 0),
    audio: parts.reduce((sum, { audio }) => sum + audio, 0),
  };
}

/** The bill of one response: it reads the whole conversation so far, and adds what it says. */
export function responseUsage(input: readonly Tokens[], output: Tokens): RealtimeResponseUsage {
  const { text, audio } = addTokens(input);
  return {
    total_tokens: text + audio + output.text + output.audio,
    input_tokens: text + audio,
    output_tokens: output.text + output.audio,
    input_token_details: {
      text_tokens: text,
      audio_tokens: audio,
      image_tokens: 0,
      cached_tokens: 0,
      cached_tokens_details: { text_tokens: 0, audio_tokens: 0, image_tokens: 0 },
    },
    output_token_details: { text_tokens: output.text, audio_tokens: output.audio },
  };
}

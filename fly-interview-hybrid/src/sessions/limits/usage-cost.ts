import type { Prices } from "../../config/prices.ts";
import type { Usage } from "../../records/usage.ts";

/** What a usage costs with an interviewer and a transcription of these models. */
export function moneyFor(
  usage: Usage,
  prices: Prices | undefined,
  models: { readonly voice: string; readonly transcription: string },
): number {
  const voice = prices?.[models.voice] ?? {};
  const transcription = prices?.[models.transcription] ?? {};
  const perMillion =
    (usage.inputTextTokens - usage.cachedTextTokens) * (voice.textInput ?? 0) +
    (usage.inputAudioTokens - usage.cachedAudioTokens) * (voice.audioInput ?? 0) +
    usage.cachedTextTokens * (voice.cachedTextInput ?? 0) +
    usage.cachedAudioTokens * (voice.cachedAudioInput ?? 0) +
    usage.outputTextTokens * (voice.textOutput ?? 0) +
    usage.outputAudioTokens * (voice.audioOutput ?? 0) +
    usage.transcriptionTokens * (transcription.tokens ?? 0);
  return perMillion / 1_000_000 + (usage.transcriptionSeconds / 60) * (transcription.minute ?? 0);
}

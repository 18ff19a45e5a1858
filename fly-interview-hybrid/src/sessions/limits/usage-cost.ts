import type { Prices } from "../../config/prices.ts";
import type { Usage } from "../../records/usage.ts";

/** What a usage costs at the prices of the one model that it is of. */
export function moneyFor(usage: Usage, prices: Prices[string]): number {
  const perMillion =
    (usage.inputTextTokens - usage.cachedTextTokens) * (prices.textInput ?? 0) +
    (usage.inputAudioTokens - usage.cachedAudioTokens) * (prices.audioInput ?? 0) +
    usage.cachedTextTokens * (prices.cachedTextInput ?? 0) +
    usage.cachedAudioTokens * (prices.cachedAudioInput ?? 0) +
    usage.outputTextTokens * (prices.textOutput ?? 0) +
    usage.outputAudioTokens * (prices.audioOutput ?? 0) +
    usage.transcriptionTokens * (prices.tokens ?? 0);
  const minutes = (usage.transcriptionSeconds + usage.voiceSeconds) / 60;
  return perMillion / 1_000_000 + minutes * (prices.minute ?? 0);
}

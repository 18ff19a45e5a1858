import * as z from "zod/mini";

const price = z.optional(z.number().check(z.nonnegative()));

/** Prices of one model: of a million tokens of each kind, and of a minute. What is left out costs nothing. */
const modelPricesSchema = z.strictObject({
  textInput: price,
  audioInput: price,
  cachedTextInput: price,
  cachedAudioInput: price,
  textOutput: price,
  audioOutput: price,
  /** Of a transcription model that is billed by tokens. */
  tokens: price,
  /** Of a model that is billed by time. */
  minute: price,
});

/** Prices by the names of models, in one currency. */
export const pricesSchema = z.record(z.string(), modelPricesSchema);
export type Prices = z.infer<typeof pricesSchema>;

import * as z from "zod/mini";
import type { CallEvent, ResponseUsage } from "../call-event.ts";
import { lenient } from "../openai/tolerant.ts";

const count = lenient(z.number().check(z.nonnegative()));
const byKind = lenient(z.object({ text_tokens: count, audio_tokens: count }));

/** `usage` of a response. */
export const responseUsageSchema = z.object({
  input_tokens: count,
  output_tokens: count,
  input_token_details: lenient(
    z.object({ text_tokens: count, audio_tokens: count, cached_tokens: count, cached_tokens_details: byKind }),
  ),
  output_token_details: byKind,
});

/** Images are billed as text where they occur at all, and so is what is of no kind known here. */
export function toResponseUsage(usage: z.infer<typeof responseUsageSchema>): ResponseUsage {
  const input = split(usage.input_tokens, usage.input_token_details);
  const cached = split(usage.input_token_details?.cached_tokens, usage.input_token_details?.cached_tokens_details);
  const output = split(usage.output_tokens, usage.output_token_details);
  return {
    inputTextTokens: input.text,
    inputAudioTokens: input.audio,
    cachedTextTokens: cached.text,
    cachedAudioTokens: cached.audio,
    outputTextTokens: output.text,
    outputAudioTokens: output.audio,
  };
}

function split(
  total: number | undefined,
  kinds: z.infer<typeof byKind>,
): { readonly text: number; readonly audio: number } {
  const audio = kinds?.audio_tokens ?? 0;
  return { audio, text: Math.max(kinds?.text_tokens ?? 0, (total ?? 0) - audio) };
}

const transcriptionUsageSchema = z.union([
  z.object({ type: z.literal("duration"), seconds: z.number().check(z.nonnegative()) }),
  z.object({ type: z.literal("tokens"), total_tokens: z.number().check(z.nonnegative()) }),
]);

/** `usage` of a transcription; nothing where there is none, or in a form not known here. */
export function toTranscriptionUsed(value: unknown): CallEvent[] {
  const parsed = transcriptionUsageSchema.safeParse(value);
  if (!parsed.success) return [];
  const usage = parsed.data;
  const [seconds, tokens] = usage.type === "duration" ? [usage.seconds, 0] : [0, usage.total_tokens];
  return [{ type: "transcription_used", usage: { seconds, tokens } }];
}

import * as z from "zod/mini";
import { serialize, type TranscriptDocument } from "../../transcripts/document.ts";
import { toText, toVtt } from "../../transcripts/formats.ts";

/** The form that is asked for; `json` where none is. */
export const transcriptQuerySchema = z.object({ format: z.optional(z.enum(["json", "text", "vtt"])) });

interface Export {
  readonly contentType: string;
  readonly body: string;
}

const renderers: Readonly<Record<"json" | "text" | "vtt", (transcript: TranscriptDocument) => Export>> = {
  json: (transcript) => ({ contentType: "application/json; charset=utf-8", body: serialize(transcript) }),
  text: (transcript) => ({ contentType: "text/plain; charset=utf-8", body: toText(transcript) }),
  vtt: (transcript) => ({ contentType: "text/vtt; charset=utf-8", body: toVtt(transcript) }),
};

/** A transcript in the form that a query asks for. */
export function exportTranscript(
  { format = "json" }: z.infer<typeof transcriptQuerySchema>,
  transcript: TranscriptDocument,
): Export {
  return renderers[format](transcript);
}

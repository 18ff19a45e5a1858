import type { SdpSection } from "./description.ts";
import { fault, type SdpFault } from "./rules.ts";

/** Judges that the audio is wanted and may be opus under one of these payload types. */
export function audioFault(audio: SdpSection, payloadTypes: readonly string[]): SdpFault | undefined {
  if (audio.rejected) return fault("audio-rejected", audio.mediaLine.number);
  if (!opusPayloadTypes(audio).some((payloadType) => payloadTypes.includes(payloadType)))
    return fault("opus-missing", audio.mediaLine.number);
  return undefined;
}

/** Payload types of the `m=` line that are opus. The name is compared without case: GStreamer writes `OPUS`. */
export function opusPayloadTypes({ formats, codecs }: SdpSection): string[] {
  const listed = new Set(formats);
  const opus = codecs.filter(({ name, payloadType }) => name.toLowerCase() === "opus" && listed.has(payloadType));
  return opus.map(({ payloadType }) => payloadType);
}

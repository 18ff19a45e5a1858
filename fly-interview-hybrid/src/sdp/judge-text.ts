import { MAX_SDP_BYTES } from "@interview-proxy/protocol";
import { indexLines, type SdpLine } from "./line-index.ts";
import { fault, type SdpFault } from "./rules.ts";

export type TextJudgement =
  | { readonly ok: true; readonly lines: readonly SdpLine[] }
  | { readonly ok: false; readonly fault: SdpFault };

const MAX_LINES = 500;

/** Judges what can be judged before the text is parsed, and cuts it into lines. */
export function judgeText(sdp: string): TextJudgement {
  const broken = characterFault(sdp);
  if (broken) return { ok: false, fault: broken };
  const lines = indexLines(sdp);
  const misplaced = lineFault(lines);
  return misplaced ? { ok: false, fault: misplaced } : { ok: true, lines };
}

/** Nearly every SDP is printable ASCII in lines, which shows much faster than what else a character is. */
const UNUSUAL = /[^ -~\r\n]|\r(?!\n)/;

function characterFault(sdp: string): SdpFault | undefined {
  if (Buffer.byteLength(sdp) > MAX_SDP_BYTES) return fault("too-large", 1);
  const control = UNUSUAL.test(sdp) ? sdp.search(/(?!\r?\n)[\p{Cc}\p{Cs}\u2028\u2029]/u) : -1;
  if (control !== -1) return fault("control-character", lineAt(sdp, control));
  if (!sdp.endsWith("\n")) return fault("final-line-end", lineAt(sdp, sdp.length));
  return undefined;
}

function lineFault(lines: readonly SdpLine[]): SdpFault | undefined {
  if (lines.length > MAX_LINES) return fault("too-many-lines", MAX_LINES + 1);
  const malformed = lines.find(({ text }) => !/^[a-z]=/.test(text));
  if (malformed) return fault("line-form", malformed.number);
  if (lines[0]?.text !== "v=0") return fault("version-first", 1);
  return undefined;
}

function lineAt(sdp: string, offset: number): number {
  return sdp.slice(0, offset).split("\n").length;
}

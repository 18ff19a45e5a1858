import type { SdpDescription, SdpSection } from "./description.ts";
import { attributes, type SdpAttribute, type SdpLine } from "./line-index.ts";
import { fault, type SdpFault } from "./rules.ts";

/** The mid of a section of a description without `midFault`. */
export function midOf({ lines }: SdpSection): string {
  return attributes(lines, "mid")[0]?.value ?? "";
}

/** Judges that each section has a mid, and its own. */
export function midFault({ sections }: SdpDescription): SdpFault | undefined {
  const seen = new Set<string>();
  for (const { lines, mediaLine } of sections) {
    const [first, second] = attributes(lines, "mid");
    if (!first) return fault("mid", mediaLine.number);
    if (second) return fault("mid", second.line.number);
    if (!TOKEN.test(first.value) || seen.has(first.value)) return fault("mid", first.line.number);
    seen.add(first.value);
  }
  return undefined;
}

/** The BUNDLE groups: at most one, in a description without `bundleFault`. */
export function bundleGroups(sessionLines: readonly SdpLine[]): SdpAttribute[] {
  return attributes(sessionLines, "group").filter(({ value }) => /^BUNDLE(?: |$)/.test(value));
}

/** Judges the BUNDLE group. A rejected section needs no place in it (RFC 9143, section 7.3.3). */
export function bundleFault({ sections, sessionLines }: SdpDescription): SdpFault | undefined {
  const [group, second] = bundleGroups(sessionLines);
  if (second) return fault("bundle-group", second.line.number);

  const grouped = group ? group.value.split(" ").slice(1) : [];
  const mids = sections.map(midOf);
  if (group && (grouped.some((mid) => !mids.includes(mid)) || new Set(grouped).size < grouped.length))
    return fault("bundle-group", group.line.number);

  const wanted = sections.filter(({ rejected }) => !rejected);
  const loose = wanted.find((section) => !grouped.includes(midOf(section)));
  return loose && wanted.length > 1 ? fault("bundle-missing", loose.mediaLine.number) : undefined;
}

/** `token` of RFC 8866, section 9. */
const TOKEN = /^[!#-'*+\-.0-9A-Z^-~]+$/;

import * as fc from "fast-check";

/** Any text at all. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  // Halves of surrogate pairs too: JSON can carry them.
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 }).map((units) => String.fromCharCode(...units)),
);

/** Text that reads almost like SDP, so that the later rules are reached. */
export const anyLines: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "m=audio 9 5 7",
        "m=audio 9 RTP 0",
        "m=application 9 SCTP x",
        "m=audio 0 a b",
        "a=mid:0",
        "a=mid:",
      ),
      fc.constantFrom("a=group:BUNDLE", "a=group:BUNDLE 0 1", "a=rtpmap:7 1/2", "a=rtpmap: opus", "a=bundle-only"),
      fc.constantFrom(
        "a=fingerprint:",
        "a=fingerprint:SHA-256",
        "a=setup",
        "a=ice-ufrag:",
        "a=candidate:",
        "a=rtcp-mux",
      ),
      fc.stringMatching(/^[a-z]=[!-~ ]{0,40}$/),
      fc.constantFrom("__proto__", "constructor", "toString", "media").map((name) => `a=${name}:1`),
    ),
    { maxLength: 30 },
  )
  .map((lines) => ["v=0", ...lines, ""].join("\n"));

/** A well-formed text after a few random edits of its lines and characters. */
export function damaged(files: ReadonlyMap<string, string>): fc.Arbitrary<string> {
  const edit = fc.record({
    kind: fc.constantFrom("drop", "repeat", "move", "insert", "cut"),
    at: fc.nat(),
    to: fc.nat(),
    text: fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("\r", "\n", "\0", " ", "m=audio 9 A 1\r\n", "0", "-")),
  });
  return fc
    .tuple(fc.constantFrom(...files.values()), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([sdp, edits]) =>
      edits.reduce((text, { kind, at, to, text: inserted }) => {
        const lines = text.split(/(?<=\n)/);
        const line = at % lines.length;
        const place = at % (text.length + 1);
        if (kind === "drop") return lines.toSpliced(line, 1).join("");
        if (kind === "repeat") return lines.toSpliced(line, 0, lines[line] ?? "").join("");
        if (kind === "move")
          return lines
            .toSpliced(line, 1)
            .toSpliced(to % lines.length, 0, lines[line] ?? "")
            .join("");
        if (kind === "cut") return text.slice(0, place) + text.slice(place + (to % 20));
        return text.slice(0, place) + inserted + text.slice(place);
      }, sdp),
    );
}

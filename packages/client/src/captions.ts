import type { ServerMessageOf, TurnRole, TurnStatus } from "@interview-proxy/protocol";

/** One turn as it can be read along. */
export interface Caption {
  readonly id: string;
  readonly role: TurnRole;
  /** Empty where the words are not known. */
  readonly text: string;
  /** Its number in the interview, and how much of it is known, once it is final; absent while it is being said. */
  readonly n?: number;
  readonly status?: TurnStatus;
  /** True where the candidate has typed it. */
  readonly typed?: boolean;
}

/** An interview of an hour has a few hundred turns; a page shows the latest. */
const MAX_CAPTIONS = 200;

/** No turn has more characters; what is beyond is not shown until the turn is final. */
const MAX_CHARACTERS = 20_000;

const HOLE = " … ";

/** Takes a few more words. Words of a turn that is final come late and change nothing. */
export function withDelta(
  captions: readonly Caption[],
  { turnId, role, text }: ServerMessageOf<"transcript_delta">,
): readonly Caption[] {
  const known = captions.find(({ id }) => id === turnId);
  if (known === undefined) return bounded([...captions, { id: turnId, role, text: text.slice(0, MAX_CHARACTERS) }]);
  if (known.status !== undefined) return captions;
  const longer = { ...known, text: (known.text + text).slice(0, MAX_CHARACTERS) };
  return captions.map((caption) => (caption === known ? longer : caption));
}

/** Marks where words may be missing now, because they were said while nobody could hear them. */
export function withHoles(captions: readonly Caption[]): readonly Caption[] {
  return captions.map((caption) =>
    caption.status === undefined && !caption.text.endsWith(HOLE) ? { ...caption, text: caption.text + HOLE } : caption,
  );
}

/** Takes a final turn: those stand by their numbers, before what is still being said. */
export function withTurn(
  captions: readonly Caption[],
  { id, role, text, n, status, typed }: ServerMessageOf<"turn">,
): readonly Caption[] {
  const others = captions.filter((caption) => caption.id !== id);
  const final = [
    ...others.filter((caption) => caption.n !== undefined),
    { id, role, text: text ?? "", n, status, ...(typed && { typed }) },
  ];
  const unfinished = others.filter((caption) => caption.n === undefined);
  return bounded([...final.toSorted((a, b) => (a.n ?? 0) - (b.n ?? 0)), ...unfinished]);
}

function bounded(captions: readonly Caption[]): readonly Caption[] {
  return captions.slice(-MAX_CAPTIONS);
}

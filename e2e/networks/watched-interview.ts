import { setTimeout as pause } from "node:timers/promises";
import type { FigureRow } from "../../bench/report/figures.ts";
import {
  expectNextQuestion,
  firstQuestionHeard,
  type HeldInterview,
  type HoldOptions,
  holdInterview,
  PACKETS_PER_SECOND,
} from "../recovery/held-interview.ts";

/** How long a candidate puts up with the network before it is mended; a test of the command itself waits for less. */
export const BAD_FOR_MS = Number(process.env.BAD_FOR_SECONDS ?? 20) * 1000;

interface Watched {
  /** What the candidate was told. */
  readonly row: FigureRow;
  /** Calls that there are afterwards. */
  readonly liveCalls: number;
}

/**
 * Holds an interview, spoils its network for {@link BAD_FOR_MS}, and mends it; returns what the candidate was told of that. Throws
 * where the interview does not go on with its next question then.
 */
export async function watchInterview(
  network: string,
  options: HoldOptions,
  spoil: () => Promise<void> = () => pause(BAD_FOR_MS),
): Promise<Watched> {
  const interview = await holdInterview(options);
  const before = await interview.candidate.inboundAudio();
  const from = interview.candidate.received.length;
  const saidBefore = (await saidTo(interview)).length;
  await spoil();
  const after = await interview.candidate.inboundAudio();
  const said = (await saidTo(interview)).slice(saidBefore);
  await firstQuestionHeard(interview.calls);
  await expectNextQuestion(interview);
  // Another call counts its packets anew.
  const heard = after.packets < before.packets ? after.packets : after.packets - before.packets;
  const row = {
    network,
    "quality of the line": qualitiesTold(interview.candidate.received.slice(from)).join(", "),
    "said to the candidate": said.join(" · ") || "nothing",
    calls: interview.simulator.calls().length,
    "packets heard, of 100": Math.round((100 * heard) / ((BAD_FOR_MS / 1000) * PACKETS_PER_SECOND)),
  };
  return { row, liveCalls: interview.simulator.liveCalls().length };
}

/** All that the page has said. */
function saidTo({ page }: HeldInterview): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>("saidSoFar()");
}

/** How the page finds the line, and tells the server, each time that it finds it otherwise. */
function qualitiesTold(frames: readonly string[]): readonly string[] {
  const told = frames.flatMap((frame) => /^\{"type":"stats","quality":"(\w+)"/.exec(frame)?.[1] ?? []);
  return told.filter((quality, index) => quality !== told[index - 1]);
}

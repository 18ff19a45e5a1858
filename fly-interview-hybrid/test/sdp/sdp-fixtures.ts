import { readdirSync, readFileSync } from "node:fs";
import { type JudgedOffer, judgeOffer } from "../../src/sdp/judge-offer.ts";

/** The SDP files of a folder beside this file, by name without extension. */
function readSdpFiles(folder: "offers" | "answers"): ReadonlyMap<string, string> {
  const directory = new URL(`./${folder}/`, import.meta.url);
  const names = readdirSync(directory).filter((name) => name.endsWith(".sdp"));
  return new Map(names.map((name) => [name.slice(0, -4), readFileSync(new URL(name, directory), "utf8")]));
}

/**
 * Offers in the shape of each client that must be served. Those of Chromium 156, Firefox ESR, libdatachannel 0.24 and
 * werift 0.24 were made by them; the others follow what is published of their output.
 */
export const offers = readSdpFiles("offers");

/** Answers in the shapes that OpenAI and Azure were seen to send in 2026. */
export const answers = readSdpFiles("answers");

/** The text of one file; throws for a name that is none. */
export function sdpNamed(files: ReadonlyMap<string, string>, name: string): string {
  const sdp = files.get(name);
  if (sdp === undefined) throw new Error(`There is no SDP file named ${name}.`);
  return sdp;
}

/** The judged form of an offer that passes; throws for one that does not. */
export function judged(sdp: string): JudgedOffer {
  const judgement = judgeOffer(sdp);
  if (!judgement.ok) throw new Error(`The offer breaks ${judgement.fault.rule} in line ${judgement.fault.line}.`);
  return judgement.offer;
}

/** Number, from 1, of the first line that matches. */
export function lineOf(sdp: string, pattern: RegExp): number {
  return sdp.split(/\r?\n/).findIndex((line) => pattern.test(line)) + 1;
}

/** Number of lines that have their line end. */
export function lineCount(sdp: string): number {
  return sdp.split("\n").length - 1;
}

import type { SessionTicket } from "@interview-proxy/protocol";
import type { InterviewScript, SimulatorOptions } from "openai-voice-simulator";
import { expect } from "vitest";
import type { TranscriptDocument } from "../../src/transcripts/document.ts";
import { audioOffer } from "../sample-sdp.ts";
import type { Platform } from "./platform.ts";
import type { SocketClient } from "./socket-client.ts";

/** Every word of it that could turn up where it should not. */
export const WORDS = ["Who are you", "Lovelace", "calculate", "Shy about looms", "Goodbye"];

const script: InterviewScript = {
  turns: [
    { interviewer: "Hello. Who are you?", candidate: "I am Ada Lovelace." },
    {
      interviewer: "What do you build?",
      candidate: "Engines that calculate.",
      tools: [{ name: "note", arguments: { text: "Shy about looms." } }],
    },
    { interviewer: "Thank you. Goodbye." },
  ],
};

/** An interview that is over in a few seconds, without sound. */
export const SPOKEN: SimulatorOptions = { media: "none", wordsPerSecond: 100, script };

type Speaking = Pick<Platform, "ask" | "come">;

/** Comes with a ticket, and holds the interview until its last word. Where turns are inferred, nobody knows how many there are. */
export async function hold({ come }: Pick<Speaking, "come">, ticket: SessionTicket): Promise<SocketClient> {
  const client = await come(ticket);
  await client.next("initialized");
  client.send({ type: "sdp_offer", offer: audioOffer });
  for (;;) if ((await client.next("turn")).text?.includes("Goodbye")) return client;
}

/** The same, and has it ended and signed; returns how many turns it has. */
export async function holdToTheEnd(platform: Speaking, ticket: SessionTicket): Promise<number> {
  await hold(platform, ticket);
  await platform.ask("POST", `/api/sessions/${ticket.sessionId}/end`);
  const read = async (): Promise<TranscriptDocument> =>
    (await platform.ask("GET", `/api/sessions/${ticket.sessionId}/transcript`)).json as TranscriptDocument;
  await expect.poll(async () => (await read()).proof.signature).not.toBeNull();
  return (await read()).turns.length;
}

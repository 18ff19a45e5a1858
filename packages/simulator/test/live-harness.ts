import type { ServerEvent } from "openai/resources/live/live";
import { SILENCE_PACKET } from "../src/audio/opus-packet.ts";
import { Playout } from "../src/audio/playout.ts";
import { LiveSession } from "../src/live/live-session.ts";
import type { LiveSessionConfig } from "../src/live/session-config-schema.ts";
import { createResource } from "../src/live/session-resource.ts";
import type { SpokenTurn } from "../src/script/spoken-interview.ts";
import type { Audience, SaidWords } from "../src/session/voice-session.ts";
import { ManualClock } from "./manual-clock.ts";
import { said } from "./realtime-harness.ts";
import { spokenTurn } from "./spoken-turn.ts";

const PACKET = Uint8Array.of(0x78, 1, 2, 3);

/** A second of speech per line. */
export const SPEECH = Array.from({ length: 50 }, () => PACKET);

const TURNS = [
  spokenTurn("Hello, who are you?", SPEECH, { answer: said("I am Ada.") }),
  spokenTurn("What do you do?", SPEECH, { answer: said("I write tests.") }),
  spokenTurn("Goodbye.", SPEECH),
];

/** A Live session without media: the clock is wound by hand, and a packet comes every 20 ms while time is passed. */
export class LiveHarness {
  readonly clock = new ManualClock();
  readonly events: (ServerEvent & { readonly to: Audience })[] = [];
  readonly said: SaidWords[] = [];
  readonly session: LiveSession;
  readonly playout: Playout;
  /** Frames of audio, to sidebands. */
  readonly reflected: { type: string; audio?: string; delta?: string; start_ms?: number; end_ms?: number }[] = [];
  speechPackets = 0;
  ended: string | undefined;

  constructor(
    config: Partial<LiveSessionConfig> = {},
    { turns = TURNS, greetsSidebands = true }: { turns?: readonly SpokenTurn[]; greetsSidebands?: boolean } = {},
  ) {
    const send = (opus: Uint8Array): void => {
      this.speechPackets += opus === PACKET ? 1 : 0;
      this.session.packetSent(opus);
    };
    this.playout = new Playout(send, {
      isHeld: () => this.session.isHeld,
      started: (id) => this.session.playoutStarted(id),
      finished: () => this.session.playoutFinished(),
    });
    const identity = { id: "live_u1_x", expires_at: this.clock.now() / 1000 + 7200 };
    this.session = new LiveSession({
      clock: this.clock,
      resource: createResource({ model: "gpt-live-1", ...config }, identity),
      greetsSidebands,
      reflectsAudio: true,
      interview: {
        lines: turns.map(({ text }) => text),
        turnAfter: (count) => turns[count] ?? spokenTurn("", []),
        turnInstead: (count, text) => ({ ...(turns[count] ?? spokenTurn("", [])), text, packets: SPEECH }),
        aside: (text) => spokenTurn(text, SPEECH),
      },
      output: this.playout,
      hasPackets: true,
      listener: {
        received: () => undefined,
        candidate: () => undefined,
        event: (event, to) => this.events.push({ ...(event as ServerEvent), to }),
        ended: (reason) => {
          this.ended = reason;
        },
        reflect: (text) => this.reflected.push(JSON.parse(text)),
        seeded: () => undefined,
        said: (words) => this.said.push(words),
      },
    });
    this.session.audioStarted();
  }

  /** Lets time pass with the candidate's audio in it, at a level or silent. */
  pass(ms: number, level = 127): void {
    for (let passed = 0; passed < ms; passed += 20) {
      this.session.packetReceived(SILENCE_PACKET);
      this.session.hear(level);
      this.playout.tick();
      this.clock.advance(20);
    }
  }

  /** Lets time pass without a packet. */
  passWithoutAudio(ms: number): void {
    for (let passed = 0; passed < ms; passed += 20) {
      this.playout.tick();
      this.clock.advance(20);
    }
  }

  send(event: object | string, channel: "data" | "sideband" = "sideband"): void {
    this.session.receive(channel, typeof event === "string" ? event : JSON.stringify(event));
  }

  /** An append of instructions. */
  instruct(content: string, event_id = "client_1"): void {
    this.send({ type: "session.instructions.append", content, delegation_id: null, event_id });
  }

  /** All that is told from now until it is taken. */
  take(): (ServerEvent & { readonly to: Audience })[] {
    return this.events.splice(0);
  }

  types(): string[] {
    return this.take()
      .map(({ type }) => type)
      .filter((type, index, all) => type !== all[index - 1]);
  }

  /** What the interviewer has been heard to say, utterance by utterance. */
  get heard(): readonly string[] {
    return this.said.filter(({ role }) => role === "interviewer").map(({ text }) => text);
  }
}

import { Playout } from "../src/audio/playout.ts";
import type { Answer, SpokenTurn } from "../src/script/spoken-interview.ts";
import type { ServerEvent } from "../src/realtime/server-events.ts";
import { createSession } from "../src/realtime/session-config.ts";
import type { SessionConfig } from "../src/realtime/session-config-schema.ts";
import { RealtimeSession } from "../src/realtime/realtime-session.ts";
import { ManualClock } from "./manual-clock.ts";
import { spokenTurn } from "./spoken-turn.ts";

const PACKET = Uint8Array.of(0x78, 1, 2, 3);

/** Two seconds of speech per line. */
const SPEECH = Array.from({ length: 100 }, () => PACKET);

const TURNS = [
  spokenTurn("Hello there, how are you?", SPEECH, { answer: said("Very well.") }),
  spokenTurn("What do you do?", SPEECH, { answer: said("I write tests.") }),
];

/** A session without media: the clock is wound by hand, and audio levels are given as numbers. */
export class RealtimeHarness {
  readonly clock = new ManualClock();
  readonly events: ServerEvent[] = [];
  readonly engine: RealtimeSession;
  readonly playout: Playout;
  speechPackets = 0;
  expired = false;
  #playing = false;

  constructor(config: SessionConfig = { type: "realtime" }, turns: readonly SpokenTurn[] = TURNS) {
    this.playout = new Playout((opus) => (this.speechPackets += opus === PACKET ? 1 : 0), {
      isHeld: () => this.engine.isHeld,
      started: (id) => this.engine.playoutStarted(id),
      finished: (id) => this.engine.playoutFinished(id),
    });
    this.engine = new RealtimeSession({
      clock: this.clock,
      session: createSession(config, { id: "sess_u1_x", expires_at: this.clock.now() / 1000 + 3600 }),
      interview: {
        lines: turns.map(({ text }) => text),
        turnAfter: (count) => turns[Math.min(count, turns.length - 1)] ?? raise(),
        turnInstead: (count, text) => spokenTurn(text, SPEECH, { answer: (turns[count] ?? raise()).answer }),
        aside: (text) => spokenTurn(text, SPEECH),
      },
      output: this.playout,
      hasPackets: true,
      listener: {
        received: () => undefined,
        candidate: () => undefined,
        event: (event) => this.events.push(event as ServerEvent),
        ended: () => {
          this.expired = true;
        },
        seeded: () => undefined,
        reflect: () => undefined,
        said: () => undefined,
      },
    });
  }

  /** The peer is connected: from now on the output plays as time goes by. */
  connect(): void {
    this.#playing = true;
    this.engine.audioStarted();
  }

  /** Lets time pass; the candidate speaks at a level, or is silent. */
  pass(ms: number, level = 127): void {
    for (let passed = 0; passed < ms; passed += 20) {
      this.engine.hear(level);
      if (this.#playing) {
        this.playout.tick();
      }
      this.clock.advance(20);
    }
  }

  send(event: object | string): void {
    this.engine.receive("sideband", typeof event === "string" ? event : JSON.stringify(event));
  }

  /** What a client puts into the conversation. */
  seed(role: "assistant" | "user", text: string): void {
    const content = [{ type: role === "user" ? "input_text" : "output_text", text }];
    this.send({ type: "conversation.item.create", item: { type: "message", role, content } });
  }

  /** Types since the last call, runs of equal ones as one. */
  takeTypes(): string[] {
    const types = this.take().map(({ type }) => type);
    return types.filter((type, index) => type !== types[index - 1]);
  }

  take(): ServerEvent[] {
    return this.events.splice(0);
  }

  takeOnly<T extends ServerEvent["type"]>(type: T): Extract<ServerEvent, { type: T }> {
    const found = this.take().find((event) => event.type === type);
    if (found === undefined) {
      throw new Error(`no ${type}`);
    }
    return found as Extract<ServerEvent, { type: T }>;
  }
}

/** What a real candidate is deemed to have answered. */
export function said(text: string): Answer {
  return { text, transcriptionFails: false, durationMs: 0 };
}

function raise(): never {
  throw new Error("a script has turns");
}

import type { CallEvent } from "../src/upstreams/call-event.ts";
import {
  type AttachResult,
  type CallCreation,
  type CallEnd,
  type Conversation,
  type CreateCall,
  type CreatedCall,
  type Sideband,
  type Upstream,
  UpstreamError,
} from "../src/upstreams/upstream.ts";

/** One create that a test answers by hand. */
export interface PendingCreate {
  readonly request: CreateCall;
  /** The answer begins; its head names the call. */
  begin(callId?: string): void;
  answer(call: CreatedCall): void;
  fail(error: UpstreamError): void;
}

/** One attached sideband, from the upstream's side. */
export interface AttachedSideband {
  readonly sent: string[];
  /** What was handed on to it. */
  readonly conversations: Conversation[];
  say(event: CallEvent): void;
  drop(): void;
}

export interface FakeUpstream extends Omit<Upstream, "channelIsUnrestricted"> {
  readonly creates: PendingCreate[];
  readonly hungUp: string[];
  readonly sidebands: AttachedSideband[];
  /** Results of the next attaches; when it is empty they succeed. */
  readonly attachResults: ("gone" | "unreachable")[];
  /** How many hang-ups are to fail next. */
  failHangUps: number;
  /** What it tells of a call that is hung up. */
  callEnd: CallEnd;
  /** As the Live API has it: what a data channel lets through is settled by the create. */
  channelIsUnrestricted: boolean;
}

export function createFakeUpstream(): FakeUpstream {
  const fake: FakeUpstream = {
    name: "fake",
    channelIsUnrestricted: true,
    callLimitSeconds: 3600,
    turnsShowAfterMs: 0,
    historyBounds: { utterances: 1000, verbatim: 12_000, summary: 4000, sizeOf: (text) => text.length },
    creates: [],
    hungUp: [],
    sidebands: [],
    attachResults: [],
    failHangUps: 0,
    callEnd: {},
    createCall(request): CallCreation {
      let begin = (_callId?: string): void => undefined;
      let answer = (_call: CreatedCall): void => undefined;
      let fail = (_error: UpstreamError): void => undefined;
      const creation = {
        answerBegun: new Promise<string | undefined>((resolve) => {
          begin = resolve;
        }),
        call: new Promise<CreatedCall>((resolve, reject) => {
          answer = resolve;
          fail = reject;
        }),
      };
      fake.creates.push({ request, begin, answer, fail });
      return creation;
    },
    async hangUp(callId) {
      if (fake.failHangUps-- > 0) throw new UpstreamError("UPSTREAM_UNAVAILABLE", { callId });
      fake.hungUp.push(callId);
      return fake.callEnd;
    },
    async attach(_callId, onEvent): Promise<AttachResult> {
      const reason = fake.attachResults.shift();
      if (reason !== undefined) return { ok: false, reason };
      const { sideband, attached } = createSideband(onEvent);
      fake.sidebands.push(attached);
      return { ok: true, sideband };
    },
    attachRaw: () => Promise.resolve({ ok: false, reason: "gone" }),
    close: () => Promise.resolve(),
  };
  return fake;
}

function createSideband(onEvent: (event: CallEvent) => void): { sideband: Sideband; attached: AttachedSideband } {
  const sent: string[] = [];
  const conversations: Conversation[] = [];
  let close = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  return {
    sideband: {
      configure: () => void sent.push("configure"),
      greet: () => void sent.push("greet"),
      resume(conversation) {
        const { said, summary, isWhole, awaitsAnswer } = conversation;
        conversations.push(conversation);
        sent.push(
          [
            `resume${isWhole ? "" : " in part"}${awaitsAnswer ? " and listen" : ""}`,
            ...(summary?.split("\n") ?? []),
            ...said.map(({ speaker, text }) => `${speaker}: ${text}`),
          ].join(" | "),
        );
      },
      instruct: (text) => void sent.push(`instruct ${text}`),
      say: (text) => void sent.push(`say ${text}`),
      speak: (instructions) => void sent.push(`speak ${instructions}`),
      answerTool: (id, _output, proceed) => void sent.push(`answer ${id}${proceed ? " and proceed" : ""}`),
      retrieve: (itemId) => void sent.push(`retrieve ${itemId}`),
      conclude: () => [],
      closed,
      close: () => close(),
    },
    attached: { sent, conversations, say: onEvent, drop: () => close() },
  };
}

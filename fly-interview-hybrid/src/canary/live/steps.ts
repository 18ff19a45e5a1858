import { answer } from "../steps/answer.ts";
import { audio } from "../steps/audio.ts";
import { dtls, ice } from "../steps/connection.ts";
import { eventNames } from "../steps/event-names.ts";
import { gone } from "../steps/gone.ts";
import { reach } from "../steps/reach.ts";
import type { Step } from "../step.ts";
import { channel, FORBIDDEN_EVENT_ID, guard } from "./channel.ts";
import { close } from "./close.ts";
import { create, CREATE_PATH } from "./create.ts";
import { greeting } from "./greeting.ts";
import { KNOWN_EVENTS } from "./known-events.ts";
import { mirroredAudio } from "./mirrored-audio.ts";
import { sideband } from "./sideband.ts";

/** The contract with OpenAI's Live API, in the order in which a call goes. */
export const LIVE_STEPS: readonly Step[] = [
  reach(CREATE_PATH),
  create,
  answer,
  sideband,
  ice,
  dtls,
  channel,
  greeting,
  audio,
  mirroredAudio,
  guard,
  eventNames(KNOWN_EVENTS, FORBIDDEN_EVENT_ID),
  close,
  gone,
];

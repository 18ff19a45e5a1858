import { answer } from "../steps/answer.ts";
import { audio } from "../steps/audio.ts";
import { dtls, ice } from "../steps/connection.ts";
import { eventNames } from "../steps/event-names.ts";
import { gone } from "../steps/gone.ts";
import { reach } from "../steps/reach.ts";
import type { Step } from "../step.ts";
import { channel } from "./channel.ts";
import { create, CREATE_PATH } from "./create.ts";
import { greeting, usage } from "./greeting.ts";
import { guard } from "./guard.ts";
import { hangUp } from "./hang-up.ts";
import { KNOWN_EVENTS } from "./known-events.ts";
import { sideband } from "./sideband.ts";

/** The contract with OpenAI's Realtime API, in the order in which a call goes. */
export const REALTIME_STEPS: readonly Step[] = [
  reach(CREATE_PATH),
  create,
  answer,
  sideband,
  ice,
  dtls,
  channel,
  greeting,
  audio,
  guard,
  usage,
  eventNames(KNOWN_EVENTS),
  hangUp,
  gone,
];

import type { Definition } from "./definition.ts";
import { ADDED_CONNECT_TIME } from "./definitions/added-connect-time.ts";
import { CLICK_TO_AUDIO_TIME } from "./definitions/click-to-audio-time.ts";
import { FURTHER } from "./definitions/further.ts";
import { GROWTH } from "./definitions/growth.ts";
import { IDLE_SOCKETS } from "./definitions/idle-sockets.ts";
import { RECONNECT_STORM_TIME } from "./definitions/reconnect-storm-time.ts";
import { SIMULATOR_LOAD } from "./definitions/simulator-load.ts";
import { START_TIME } from "./definitions/start-time.ts";
import { SUPERVISION_LOAD } from "./definitions/supervision-load.ts";
import { THROUGHPUT } from "./definitions/throughput.ts";

/** The benchmarks of speed, which `bench:all` runs. */
export const NINE: readonly Definition[] = [
  ADDED_CONNECT_TIME,
  THROUGHPUT,
  CLICK_TO_AUDIO_TIME,
  IDLE_SOCKETS,
  RECONNECT_STORM_TIME,
  SUPERVISION_LOAD,
  SIMULATOR_LOAD,
  START_TIME,
  GROWTH,
];

/** All benchmarks. */
export const DEFINITIONS: readonly Definition[] = [...NINE, ...FURTHER];

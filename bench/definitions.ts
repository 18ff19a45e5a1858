import type { Definition } from "./report/definition.ts";
import { ADDED_CONNECT_TIME } from "./connects/added-connect-time.definition.ts";
import { CLICK_TO_AUDIO_TIME } from "./pages/click-to-audio-time.definition.ts";
import { FURTHER } from "./further-definitions.ts";
import { GROWTH } from "./growth/growth.definition.ts";
import { IDLE_SOCKETS } from "./sockets/idle-sockets.definition.ts";
import { RECONNECT_STORM_TIME } from "./sockets/reconnect-storm-time.definition.ts";
import { SIMULATOR_LOAD } from "./simulator/simulator-load.definition.ts";
import { START_TIME } from "./start/start-time.definition.ts";
import { SUPERVISION_LOAD } from "./supervision/supervision-load.definition.ts";
import { THROUGHPUT } from "./connects/throughput.definition.ts";

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

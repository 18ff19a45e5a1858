/** The tenant that the environment's settings describe. */
export const DEFAULT_TENANT = "default";

/** The reserved tenant of `?simulation=true`; its sessions reach only the simulator. */
export const SIMULATION_TENANT = "simulation";

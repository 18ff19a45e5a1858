/**
 * Faults to try out. `drop-socket`: the line to the server breaks; `block-udp`: the network lets no UDP pass any more; `lose-device`:
 * the microphone is unplugged; `expire-token`: the line breaks, and the server does not know the page's credential any more.
 */
export type Scenario = "drop-socket" | "block-udp" | "lose-device" | "expire-token";

/** Those of the line to the server. */
export type LineFault = Extract<Scenario, "drop-socket" | "expire-token">;

/** A credential that no server knows. */
export const SPOILT_TOKEN = "spoilt";

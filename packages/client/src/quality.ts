/**
 * How well the two hear each other. `poor`: words are lost or late; `lost`: nothing passes at present; `unknown`: not measured yet.
 */
export type CallQuality = "unknown" | "good" | "poor" | "lost";

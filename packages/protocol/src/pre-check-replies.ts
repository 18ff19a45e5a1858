import * as z from "zod/mini";
import { dataChannelSchema, iceServerSchema } from "./server-messages.ts";

/** Reply of `POST /api/pre-check`: what a browser can try before its interview. */
export const preCheckSchema = z.object({
  /** The server's clock, milliseconds since the epoch. */
  time: z.number(),
  /**
   * What answers a test call. `simulator`: the very path of this server's interviews; `provider`: the voice service itself;
   * `none`: nothing does, and only the way to `iceServers` can be tried.
   */
  testCall: z.enum(["simulator", "provider", "none"]),
  /** With credentials that hold for a few minutes. */
  iceServers: z.array(iceServerSchema),
  /** What the offer of a test call is to carry. */
  dataChannel: dataChannelSchema,
});
export type PreCheckReply = z.infer<typeof preCheckSchema>;

/** Reply of `POST /api/pre-check/call`. The call is hung up after `seconds`. Nobody speaks in it. */
export const testCallSchema = z.object({ sdpAnswer: z.string(), seconds: z.number() });
export type TestCallReply = z.infer<typeof testCallSchema>;

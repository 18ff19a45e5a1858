import type { ClientMessage, ClientMessageType } from "@interview-proxy/protocol";
import type { Connection } from "../connection.ts";
import { disconnect } from "./disconnect.ts";
import type { Handler } from "./handler.ts";
import { iceCandidate } from "./ice-candidate.ts";
import { init } from "./init.ts";
import { mute } from "./mute.ts";
import { ping } from "./ping.ts";
import { say } from "./say.ts";
import { sdpOffer } from "./sdp-offer.ts";
import { stats } from "./stats.ts";

/** Total: a new message of the protocol does not compile until it has its handler here. */
const handlers: { readonly [T in ClientMessageType]: Handler<T> } = {
  ping,
  init,
  sdp_offer: sdpOffer,
  ice_candidate: iceCandidate,
  say,
  mute,
  stats,
  disconnect,
};

/** Hands a message to its handler. */
export function handle(message: ClientMessage, connection: Connection): void {
  // The table's type pairs each message with its handler; the compiler cannot follow that through an index.
  (handlers[message.type] as Handler<ClientMessageType>)(message, connection);
}

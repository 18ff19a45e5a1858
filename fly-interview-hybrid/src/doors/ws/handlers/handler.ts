import type { ClientMessageOf, ClientMessageType } from "@interview-proxy/protocol";
import type { Connection } from "../connection.ts";

/** Answers one type of message. What it throws, now or later, the client gets as an `error`. */
export type Handler<T extends ClientMessageType> = (message: ClientMessageOf<T>, connection: Connection) => void;

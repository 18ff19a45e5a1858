import { STATUS_CODES } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type ErrorCode, ERRORS, type HttpError } from "@interview-proxy/protocol";
import { ProxyError } from "../../errors.ts";
import { newRequestId } from "../../ids.ts";

/**
 * Answers bytes that are no request of HTTP, and ends the connection: there is no request that the framework could reply
 * to, and its own refusal has another form.
 */
export function refuseUnreadable({ code }: { readonly code?: string }, socket: Duplex): void {
  endWith(socket, code === "HPE_HEADER_OVERFLOW" ? "MESSAGE_TOO_LARGE" : "INVALID_MESSAGE");
}

/** The same for a request that asks for a WebSocket and is none of RFC 6455. */
export function refuseHandshake(_error: Error, socket: Duplex): void {
  endWith(socket, "INVALID_MESSAGE");
}

function endWith(socket: Duplex, code: ErrorCode): void {
  // What follows on an answer would be taken for the answer to the next request.
  const isAnswered = socket instanceof Socket && socket.bytesWritten > 0;
  if (!socket.writable || isAnswered) return void socket.destroy();
  const { http } = ERRORS[code];
  const body: HttpError = { error: new ProxyError(code).toBody(newRequestId()) };
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${http} ${STATUS_CODES[http]}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(text)}`,
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    `X-Request-Id: ${body.error.requestId}`,
    "Connection: close",
  ];
  // Whoever does not read it keeps no connection for that.
  socket.end(`${head.join("\r\n")}\r\n\r\n${text}`, () => socket.destroy());
}

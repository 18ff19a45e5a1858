import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { parse, type ParsedUrlQuery } from "node:querystring";
import { newRequestId } from "../../ids.ts";
import type { ConnectWatch } from "../../ops/connect-watch.ts";
import type { Arrival } from "../arrival.ts";
import type { RequestTarget } from "../request-target.ts";

/** A request for a WebSocket of this door. */
export class SocketArrival implements Arrival {
  readonly id = newRequestId();
  readonly method = "GET";
  readonly routeOptions: { readonly url: string };
  readonly headers: IncomingHttpHeaders;
  readonly query: ParsedUrlQuery;
  readonly ip: string;
  counted: Arrival["counted"];
  connect: ConnectWatch | undefined;

  constructor(request: IncomingMessage, { path, query }: RequestTarget, ip: string) {
    this.routeOptions = { url: path };
    this.headers = request.headers;
    this.query = parse(query);
    this.ip = ip;
  }
}

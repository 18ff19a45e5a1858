import { type OperatorSession, operatorSessionSchema } from "@interview-proxy/protocol";
import { expect } from "vitest";
import type { ProxyUnderTest } from "./start-proxy.ts";

type Reply = Awaited<ReturnType<ProxyUnderTest["fetch"]>>;

/** What the page of a signed-in operator does. */
export interface OperatorPage {
  readonly session: OperatorSession;
  /** As the browser sends it. */
  readonly cookie: string;
  /** What goes with each of its requests. */
  readonly headers: Readonly<Record<string, string>>;
  /** Asks as the page does; a body goes as JSON. `headers` go over its own. */
  ask(
    method: string,
    path: string,
    options?: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string | undefined>> },
  ): Promise<Reply>;
}

/** Where the page is. */
type Server = Pick<ProxyUnderTest, "url" | "scan">;

export function signIn(server: Server, token: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return ask(server, "/api/operators/login", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ token }),
  });
}

/** Signs in, as the page does. */
export async function openOperatorPage(server: Server, token: string): Promise<OperatorPage> {
  const reply = await signIn(server, token);
  expect(reply).toMatchObject({ status: 200 });
  const session = operatorSessionSchema.parse(reply.json);
  const [cookie = ""] = (reply.headers.get("set-cookie") ?? "").split(";");
  const own = { cookie, origin: server.url, "sec-fetch-site": "same-origin", "x-csrf-token": session.csrfToken };
  return {
    session,
    cookie,
    headers: own,
    ask(method, path, { body, headers = {} } = {}) {
      const typed = body === undefined ? {} : { "content-type": "application/json" };
      const all: Record<string, string | undefined> = { ...own, ...typed, ...headers };
      const sent = Object.entries(all).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, value]],
      );
      return ask(server, path, {
        method,
        headers: sent,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    },
  };
}

async function ask({ url, scan }: Server, path: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(url + path, init);
  const text = await response.text();
  scan.add("an HTTP response", text + JSON.stringify([...response.headers]));
  return { status: response.status, headers: response.headers, text, json: text === "" ? undefined : JSON.parse(text) };
}

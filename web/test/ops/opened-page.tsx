import type { OperatorSession } from "@interview-proxy/protocol";
import { onTestFinished, vi } from "vitest";
import { button, mount, settled } from "../../../packages/react/test/mount.tsx";
import { OperatorApi } from "../../src/ops/operator-api.ts";
import { OperatorsPage } from "../../src/ops/OperatorsPage.tsx";
import { type FakeEventSource, fakeEventSources } from "./fake-event-source.ts";
import { AT } from "./sample-sessions.ts";

export const OLIVE: OperatorSession = {
  operator: { sub: "olive", tenant: "looms", scopes: ["operate", "observe"] },
  csrfToken: "csrf-1",
  expiresAt: AT,
};
/** May only watch. */
export const OSCAR: OperatorSession = { ...OLIVE, operator: { sub: "oscar", tenant: "looms", scopes: ["observe"] } };

/** A request, as the server got it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
  readonly csrfToken: string | undefined;
}

/** The page, and its server. */
interface OpenedPage {
  readonly container: HTMLElement;
  readonly server: {
    readonly asked: Asked[];
    /** Who is signed in. */
    signedIn: OperatorSession | undefined;
    /** What everything is answered with: a code, or `offline`. */
    fault: string;
    /** What is answered, by path and query. */
    readonly replies: Record<string, object>;
  };
  /** All streams that were opened. */
  readonly streams: readonly FakeEventSource[];
  /** The stream of what runs that is open: strict mode opens and closes one before. */
  readonly board: () => FakeEventSource;
}

/** The page, where nobody is signed in unless told otherwise, and its server, which signs Olive in. */
export async function openPage(signedIn?: OperatorSession): Promise<OpenedPage> {
  const streams = fakeEventSources();
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  onTestFinished(() => void (location.hash = ""));
  const server: OpenedPage["server"] = { asked: [], signedIn, fault: "", replies: {} };
  const api = new OperatorApi(async (input, init) => {
    const path = input as string;
    const headers = new Headers(init?.headers);
    const body = typeof init?.body === "string" ? init.body : undefined;
    server.asked.push({
      method: init?.method ?? "GET",
      path,
      body,
      csrfToken: headers.get("x-csrf-token") ?? undefined,
    });
    if (server.fault === "offline") throw new TypeError("Failed to fetch");
    if (server.fault !== "") return refusal(server.fault);
    if (path === "/api/operators/login") server.signedIn = OLIVE;
    if (server.signedIn === undefined) return refusal("UNAUTHENTICATED");
    const reply = server.replies[path];
    if (reply !== undefined) return Response.json(reply);
    return path.startsWith("/api/operators/") ? Response.json(server.signedIn) : new Response(null, { status: 202 });
  });
  const { container } = await mount(<OperatorsPage api={api} />);
  await settled(() => undefined);
  const board = (): FakeEventSource => {
    const open = streams.find(({ url, readyState }) => url === "/api/operators/stream" && readyState !== 2);
    if (open === undefined) throw new Error("No stream is open.");
    return open;
  };
  return { container, server, streams, board };
}

/** Opens a session. */
export async function choose(container: HTMLElement, person: string): Promise<void> {
  await moved(() => button(container, person).click());
}

/** Goes to an address of the page. */
export async function goTo(hash: string): Promise<void> {
  await moved(() => void (location.hash = hash));
  await settled(() => undefined);
}

/** Does what changes the page's address, which the page follows a moment later. */
async function moved(step: () => void): Promise<void> {
  await settled(async () => {
    const changed = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
    step();
    await changed;
  });
}

function refusal(code: string): Response {
  const error = { code, message: "In the server's words.", retryable: false, requestId: "1" };
  return Response.json({ error }, { status: code === "FORBIDDEN" ? 403 : 401 });
}

/** Signs in with a token. */
export async function signIn(container: HTMLElement, token: string): Promise<void> {
  const field = container.querySelector("input");
  if (field) field.value = token;
  await settled(() =>
    container.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })),
  );
}

import type { FastifyReply, FastifyRequest } from "fastify";
import type { OperatorSignIn } from "../../auth/operator-sign-ins.ts";
import { ProxyError } from "../../errors.ts";
import type { DoorNeeds } from "../needs.ts";

/** Binds it to this very host (RFC 6265bis, section 4.1.3): no other host of the domain can put its own in its place. */
export const SECURE_COOKIE = "__Host-operator";
/** On this machine there may be no TLS, and browsers differ in what they take for secure. */
const LOCAL_COOKIE = "operator";

/** Where the page puts what it was told at its sign-in. */
export const CSRF_HEADER = "X-CSRF-Token";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** Methods that change nothing. */
const LOOKS = new Set(["GET", "HEAD"]);

/** Gives the browser a cookie that no script can read, and that goes to this server alone, from its own pages alone. */
export function setOperatorCookie(request: FastifyRequest, reply: FastifyReply, token: string, seconds: number): void {
  void reply.header("set-cookie", cookieOf(request, token, seconds));
}

export function clearOperatorCookie(request: FastifyRequest, reply: FastifyReply): void {
  void reply.header("set-cookie", cookieOf(request, "", 0));
}

/**
 * Who is signed in by the cookie of a request; `undefined` where it has none, or brings a token of its own. Throws
 * CSRF_TOKEN_INVALID where it does not come from the server's own page, or changes something without the mark of that page.
 */
export async function operatorOf(
  request: FastifyRequest,
  { signIns }: Pick<DoorNeeds, "signIns">,
): Promise<OperatorSignIn | undefined> {
  const { headers, method } = request;
  const token = headers.authorization === undefined ? readCookie(request) : undefined;
  if (token === undefined) return undefined;
  requireOwnPage(request);
  const isLook = LOOKS.has(method);
  const signIn = await signIns.read(token, { isLook });
  const given = headers[CSRF_HEADER.toLowerCase()];
  if (!isLook && !(typeof given === "string" && signIns.isCsrfToken(signIn, given)))
    throw new ProxyError("CSRF_TOKEN_INVALID");
  return signIn;
}

/** Throws CSRF_TOKEN_INVALID for what a browser sends on behalf of another page. A program says nothing of pages. */
export function requireOwnPage({ headers }: FastifyRequest): void {
  const { origin, host, "sec-fetch-site": site } = headers;
  const isOwn = origin === undefined || origin === `https://${host}` || origin === `http://${host}`;
  // `none`: the person has followed no link, but typed the address.
  if (!isOwn || !(site === undefined || site === "same-origin" || site === "none"))
    throw new ProxyError("CSRF_TOKEN_INVALID");
}

function readCookie(request: FastifyRequest): string | undefined {
  const name = nameFor(request);
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const [key = "", value = ""] = pair.trim().split("=", 2);
    if (key === name && value !== "") return value;
  }
  return undefined;
}

function cookieOf(request: FastifyRequest, value: string, seconds: number): string {
  const name = nameFor(request);
  const secure = name === SECURE_COOKIE ? "; Secure" : "";
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
}

/** By how the server is reached: only a browser on this machine may speak to it in clear. */
function nameFor({ protocol, headers: { host = "" } }: FastifyRequest): string {
  return protocol === "http" && LOOPBACK.test(host) ? LOCAL_COOKIE : SECURE_COOKIE;
}

import { randomBytes } from "node:crypto";
import { hashToken } from "../ids.ts";

/** A token with which a tenant's backend acts: an id, by which it is found, and 256 random bits. Only its hash is kept. */
export interface NewServiceToken {
  readonly id: string;
  readonly token: string;
  readonly hash: string;
}

const PREFIX = "stk_";

export function newServiceToken(): NewServiceToken {
  const id = randomBytes(9).toString("base64url");
  const token = `${PREFIX}${id}.${randomBytes(32).toString("base64url")}`;
  return { id, token, hash: hashToken(token) };
}

/** The id in a token; `undefined` for text that is no service token of a tenant. */
export function tokenIdOf(token: string): string | undefined {
  return /^stk_([A-Za-z0-9_-]{12})\.[A-Za-z0-9_-]{43}$/.exec(token)?.[1];
}

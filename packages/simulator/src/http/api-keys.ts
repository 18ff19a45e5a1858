import { newId } from "../session/ids.ts";
import type { SessionConfig } from "../realtime/session-config-schema.ts";
import { type ApiError, incorrectKey, missingKey } from "./api-error.ts";

const CLIENT_SECRET_PREFIX = "ek_";

/** Beyond this the oldest secret is forgotten: a simulator that runs for weeks must not grow. */
const MAX_CLIENT_SECRETS = 10_000;

/** A short-lived key for a browser, and the session it was minted for. */
export interface ClientSecret {
  readonly value: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly session: SessionConfig;
  readonly safetyIdentifier: string | null;
}

/** Who a request comes from. */
export type Caller = { readonly kind: "project" } | { readonly kind: "client_secret"; readonly secret: ClientSecret };

/** The keys a simulator accepts: project keys, and the client secrets it minted itself. */
export class ApiKeys {
  readonly #projectKeys: readonly string[] | undefined;
  readonly #now: () => number;
  readonly #secrets = new Map<string, ClientSecret>();

  /** @param projectKeys - absent: any bearer will do that does not look like a client secret */
  constructor(projectKeys: readonly string[] | undefined, now: () => number) {
    this.#projectKeys = projectKeys;
    this.#now = now;
  }

  /** Reads an `Authorization` header. */
  identify(authorization: string | undefined): Caller | ApiError {
    const key = /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
    if (key === undefined) {
      return missingKey();
    }
    if (key.startsWith(CLIENT_SECRET_PREFIX)) {
      const secret = this.#secrets.get(key);
      return secret !== undefined && secret.expiresAt > this.#now()
        ? { kind: "client_secret", secret }
        : incorrectKey(key);
    }
    return this.#projectKeys === undefined || this.#projectKeys.includes(key) ? { kind: "project" } : incorrectKey(key);
  }

  /** Mints a client secret. It may be used for several calls until it expires. */
  mint(session: SessionConfig, lifetimeSeconds: number, safetyIdentifier: string | null): ClientSecret {
    const secret = {
      value: newId("ek"),
      expiresAt: this.#now() + lifetimeSeconds * 1000,
      session,
      safetyIdentifier,
    };
    this.#secrets.set(secret.value, secret);
    const oldest = this.#secrets.keys().next();
    if (this.#secrets.size > MAX_CLIENT_SECRETS && oldest.done !== true) {
      this.#secrets.delete(oldest.value);
    }
    return secret;
  }
}

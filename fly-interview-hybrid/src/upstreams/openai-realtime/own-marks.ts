import { createHmac, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { randomText } from "../../ids.ts";

const PREFIX = "proxy_";

/** Lengths in characters. With the prefix they make 30: the service takes ids of 32 characters at most. */
const NONCE_LENGTH = 8;
const SEAL_LENGTH = 16;

/**
 * Names what the proxy itself puts into one call, so that it can be told from what a page puts there. In an open session the
 * page sees these names, so that a prefix or a secret of the call would be copied; each name is sealed by itself. The key
 * follows from the API key, so that a later process knows the names of an earlier one.
 */
export class OwnMarks {
  readonly #key: KeyObject;
  readonly #callId: string;

  constructor(apiKey: string, callId: string) {
    this.#key = keyOf(apiKey);
    this.#callId = callId;
  }

  /** A new name; good as the id of an item too. */
  next(): string {
    // Six bytes are eight characters of base64url.
    const nonce = randomText(6);
    return PREFIX + nonce + this.#sealOf(nonce);
  }

  /** True for a name that `next` gave for this call, in whichever process. */
  has(name: string): boolean {
    // Most names are the provider's: a seal for each would cost more than reading the event does.
    if (!name.startsWith(PREFIX)) return false;
    const nonce = name.slice(PREFIX.length, PREFIX.length + NONCE_LENGTH);
    return name === PREFIX + nonce + this.#sealOf(nonce);
  }

  #sealOf(nonce: string): string {
    const seal = createHmac("sha256", this.#key).update(`${this.#callId} ${nonce}`).digest("base64url");
    return seal.slice(0, SEAL_LENGTH);
  }
}

/** Keys of the API keys that were used last: one follows from the other slowly, and a tenant's calls all have the same. */
const keys = new Map<string, KeyObject>();
const MAX_KEYS = 100;

function keyOf(apiKey: string): KeyObject {
  const known = keys.get(apiKey);
  if (known !== undefined) return known;
  const key = createSecretKey(Buffer.from(hkdfSync("sha256", apiKey, "", "marks of the proxy's own items", 32)));
  if (keys.size >= MAX_KEYS) keys.clear();
  keys.set(apiKey, key);
  return key;
}

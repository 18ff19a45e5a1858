import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { SettingError } from "../config/config.ts";
import type { MasterKey } from "../config/master-keys.ts";

/** Whose secret it is, and which: a sealed secret opens nowhere else. */
export interface SecretPlace {
  readonly tenant: string;
  readonly field: string;
}

/** Bytes of a nonce and of a tag, as NIST SP 800-38D recommends them for GCM. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals secrets by AES-256-GCM under the newest master key, and opens them under whichever they were sealed with. */
export class SealedSecrets {
  readonly #keys: readonly MasterKey[];

  constructor(keys: readonly MasterKey[]) {
    this.#keys = keys;
  }

  get canSeal(): boolean {
    return this.#keys.length > 0;
  }

  /** Text of the form `key id.nonce.sealed and tag`. */
  seal(secret: string, place: SecretPlace): string {
    const [newest] = this.#keys;
    if (newest === undefined) throw missing();
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", newest.key, nonce);
    cipher.setAAD(boundTo(newest.id, place));
    const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return [newest.id, nonce.toString("base64url"), sealed.toString("base64url")].join(".");
  }

  /** Throws {@link SettingError} where its master key is not among those of the settings, or is another one of that id. */
  open(sealed: string, place: SecretPlace): string {
    const [id = "", nonce = "", text = ""] = sealed.split(".");
    if (!this.canSeal) throw missing();
    const known = this.#keys.find((key) => key.id === id);
    if (known === undefined) {
      throw new SettingError(
        `TENANTS_MASTER_KEY must contain the key with the id "${id}": secrets of tenants are sealed with it.`,
      );
    }
    const bytes = Buffer.from(text, "base64url");
    try {
      const decipher = createDecipheriv("aes-256-gcm", known.key, Buffer.from(nonce, "base64url"), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(boundTo(id, place));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
    } catch {
      // The cause says nothing, and what it is about is a secret.
      throw new SettingError(
        `TENANTS_MASTER_KEY has another key under the id "${id}" than the one that secrets of tenants are sealed with.`,
      );
    }
  }
}

function missing(): SettingError {
  return new SettingError("TENANTS_MASTER_KEY is missing: the secrets of tenants are sealed with it.");
}

function boundTo(keyId: string, { tenant, field }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify(["interview-sdp-proxy", keyId, tenant, field]));
}

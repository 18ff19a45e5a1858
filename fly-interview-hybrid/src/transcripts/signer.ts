import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import type { Config } from "../config/config.ts";
import type { Records } from "../records/records.ts";

/** Signs statements with the server's key. */
export interface Signer {
  /** Ed25519, as SPKI in base64url. */
  readonly publicKey: string;
  /** Base64url. */
  sign(statement: string): string;
}

const SECRET_NAME = "transcript-signing-key";

/** The key of the settings, else the one kept in the records, which is made at the first start. */
export async function openSigner(config: Config, records: Records): Promise<Signer> {
  const encoded = config.TRANSCRIPT_SIGNING_KEY ?? (await records.keepSecret(SECRET_NAME, newKey()));
  const key = createPrivateKey({ key: Buffer.from(encoded, "base64"), format: "der", type: "pkcs8" });
  return {
    publicKey: createPublicKey(key).export({ format: "der", type: "spki" }).toString("base64url"),
    sign: (statement) => sign(null, Buffer.from(statement, "utf8"), key).toString("base64url"),
  };
}

/** True where the signature is this key's over this statement. Never throws. */
export function isSignedBy(publicKey: string, statement: string, signature: string): boolean {
  const key = readPublicKey(publicKey);
  const bytes = exactly(signature);
  return key !== undefined && bytes !== undefined && verify(null, Buffer.from(statement, "utf8"), key, bytes);
}

function readPublicKey(encoded: string): KeyObject | undefined {
  const bytes = exactly(encoded);
  try {
    const key = bytes && createPublicKey({ key: bytes, format: "der", type: "spki" });
    return key?.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Base64url of which only one text decodes to the bytes: else the last character could change unseen. */
function exactly(encoded: string): Buffer | undefined {
  const bytes = Buffer.from(encoded, "base64url");
  return bytes.toString("base64url") === encoded ? bytes : undefined;
}

function newKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
}

import { createHmac, randomUUID } from "node:crypto";
import { SignJWT } from "jose";

/** Signs the tokens of the load; the measured proxies know it as JWT_SECRET. */
export const SECRET = "0123456789abcdef0123456789abcdef";

/** A token that may hold interviews and read their transcripts. */
export function mintToken(): Promise<string> {
  return new SignJWT({ scope: "interview operate" })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject("load")
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(SECRET));
}

const HEADER = encoded({ alg: "HS256", typ: "JWT" });

/** A token of a person of whom nobody has heard. Signed in place, because thousands are wanted. */
export function freshToken(): string {
  const now = Math.floor(Date.now() / 1000);
  const signed = `${HEADER}.${encoded({ sub: randomUUID(), iat: now, exp: now + 3600 })}`;
  return `${signed}.${createHmac("sha256", SECRET).update(signed).digest("base64url")}`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

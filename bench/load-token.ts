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

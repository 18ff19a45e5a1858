import { join } from "node:path";
import { parseArgs } from "node:util";
import { SignJWT } from "jose";
import { MAX_TICKET_SECONDS } from "./auth/token-verifier.ts";
import { readEnvironment } from "./config/environment.ts";
import { newRequestId } from "./ids.ts";
import { PROXY_DIRECTORY } from "./paths.ts";

// `npm run token`: mints a token for trying the server, signed with the JWT_SECRET of the environment or of `.env`.
const { values } = parseArgs({
  options: {
    person: { type: "string", default: "candidate-1" },
    scope: { type: "string", default: "interview" },
    minutes: { type: "string", default: "60" },
    ticket: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const USAGE = `npm run token -- [--person ID] [--scope "interview …"] [--minutes N] [--ticket]
  Prints a token signed with JWT_SECRET. --ticket: single-use and valid for ${MAX_TICKET_SECONDS} s, as ?token= takes it.
`;

const environment = readEnvironment(join(PROXY_DIRECTORY, ".env"));
const secret = environment.JWT_SECRET;
const minutes = Number(values.minutes);

if (values.help) {
  process.stdout.write(USAGE);
} else if (secret === undefined || secret.length < 32) {
  process.stderr.write(
    `JWT_SECRET is missing or shorter than 32 characters: put one into .env, such as the output of\n  node -p "crypto.randomBytes(32).toString('base64url')"\n`,
  );
  process.exitCode = 1;
} else if (!(minutes > 0)) {
  process.stderr.write("--minutes must be a number above 0.\n");
  process.exitCode = 1;
} else {
  const now = Math.floor(Date.now() / 1000);
  const token = new SignJWT({ scope: values.scope })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(values.person)
    .setIssuedAt(now)
    .setExpirationTime(values.ticket ? now + MAX_TICKET_SECONDS : now + Math.round(minutes * 60));
  if (values.ticket) token.setJti(newRequestId());
  if (environment.JWT_ISSUER !== undefined) token.setIssuer(environment.JWT_ISSUER);
  if (environment.JWT_AUDIENCE !== undefined) token.setAudience(environment.JWT_AUDIENCE);
  process.stdout.write(`${await token.sign(new TextEncoder().encode(secret))}\n`);
}

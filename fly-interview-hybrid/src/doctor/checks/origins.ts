import { type Check, type Finding, look, mend, ok } from "../finding.ts";

const ON_THIS_MACHINE = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$)/;

/** Browsers give their microphone only to pages that came over HTTPS, or from their own machine. */
export const checkOrigins: Check = async ({ config }) => {
  const findings: Finding[] = [];
  const origins = config.ALLOWED_ORIGINS ?? [];
  const inClear = origins.filter((origin) => origin.startsWith("http:") && !ON_THIS_MACHINE.test(origin));
  if (inClear.length > 0) {
    const found = `no page gets a microphone at ${inClear.join(", ")}`;
    findings.push(mend("origins", found, "Serve the pages over HTTPS, and name them so in ALLOWED_ORIGINS."));
  }
  if (config.PUBLIC_URL?.startsWith("http:") === true && !ON_THIS_MACHINE.test(config.PUBLIC_URL)) {
    findings.push(mend("origins", "PUBLIC_URL is not https://", "Serve the proxy over HTTPS, and name it so."));
  }
  if (config.NODE_ENV === "production" && origins.length === 0) {
    findings.push(
      look("origins", "only the proxy's own page may connect", "Name the platform's pages in ALLOWED_ORIGINS."),
    );
  }
  return findings.length > 0 ? findings : [ok("origins", origins.join(", ") || "pages of this machine")];
};

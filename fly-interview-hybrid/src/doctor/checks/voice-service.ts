import { voiceModelOf } from "../../config/config.ts";
import { askForModels, type ModelsReply } from "../../upstreams/registry.ts";
import { type Check, type Finding, look, mend, ok, PATIENCE_MS, reasonOf } from "../finding.ts";

/** Tokens of other machines' clocks are accepted within this, in milliseconds; the header is in whole seconds. */
const CLOCK_TOLERANCE_MS = 5000;

/** Asks for the list of models, which costs nothing: it tells whether the key holds, and what time it is elsewhere. */
export const checkVoiceService: Check = async ({ config, clock, fetch }) => {
  if (config.SIMULATION_MODE) {
    return [ok("key", "no key is needed: SIMULATION_MODE is true"), ok("clock", "not compared with any other")];
  }
  let reply: ModelsReply;
  const askedAt = clock.now();
  try {
    reply = await askForModels(config, { fetch, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    const advice = "Mend OPENAI_BASE_URL, or let this machine reach it over HTTPS.";
    return [mend("key", `the voice service cannot be reached (${reasonOf(error)})`, advice)];
  }
  return [judgeKey(reply, voiceModelOf(config)), judgeClock(reply.date, askedAt, clock.now())];
};

function judgeKey({ status, models }: ModelsReply, model: string): Finding {
  if (status === 401 || status === 403) {
    return mend(
      "key",
      `the voice service refuses it (${status})`,
      "Set OPENAI_API_KEY to a project key that is valid.",
    );
  }
  if (status === 429) {
    return mend(
      "key",
      "its quota is used up, or too much was asked (429)",
      "Look at the limits and the billing of its project.",
    );
  }
  if (status !== 200) {
    return mend(
      "key",
      `the voice service answers ${status}`,
      "Mend OPENAI_BASE_URL, or ask again when the service is well.",
    );
  }
  if (models !== undefined && !models.includes(model)) {
    return look(
      "key",
      `it holds, but its list of models has no ${model}`,
      "Set VOICE_MODEL, or let its project use that model.",
    );
  }
  return ok("key", "the voice service knows it");
}

/** The other clock was read between asking and hearing. */
function judgeClock(date: number | undefined, askedAt: number, heardAt: number): Finding {
  if (date === undefined) return ok("clock", "not compared: the voice service tells no time");
  const offMs = Math.max(askedAt - CLOCK_TOLERANCE_MS - date, date - heardAt - CLOCK_TOLERANCE_MS, 0);
  if (offMs === 0) return ok("clock", "as the voice service's, within a few seconds");
  const seconds = Math.round(Math.abs(date - heardAt) / 1000);
  return mend(
    "clock",
    `it is off by ${seconds} s`,
    "Set it by NTP: tokens, tickets and webhooks carry times that others check.",
  );
}

import { pingRedis } from "../../coordination/registry.ts";
import { type Check, mend, ok, reasonOf } from "../finding.ts";

export const checkRedis: Check = async ({ config }) => {
  if (config.REDIS_URL === undefined) return [ok("redis", "none: this process counts by itself")];
  try {
    await pingRedis(config.REDIS_URL);
    return [ok("redis", "answers")];
  } catch (error) {
    const advice = "Mend REDIS_URL, or start Redis; until then each process counts by itself.";
    return [mend("redis", `does not answer (${reasonOf(error)})`, advice)];
  }
};

import { describe, expect, test } from "vitest";
import { OUTAGES, type OutageName, obstacleTo } from "../../../ops/stack/outages.ts";
import { raise } from "../../../ops/stack/raise.ts";

describe("in front of a Prometheus and an Alertmanager, whoever is on call is told of nothing but", () => {
  test.for(Object.entries(OUTAGES).map(([name, { alert }]) => ({ name: name as OutageName, alert })))(
    "$alert, where the outage is $name",
    { timeout: 300_000 },
    async ({ name, alert }, { skip }) => {
      const obstacle = obstacleTo(name);
      if (obstacle !== undefined) skip(obstacle);
      const { alerts } = await raise(name, () => undefined);
      expect(alerts).toEqual([alert]);
    },
  );
});

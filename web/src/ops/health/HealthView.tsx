import type { OperatorEventOf } from "@interview-proxy/protocol";
import type { ReactElement } from "react";
import { count, dayAndTime } from "../figures.ts";
import { ConnectHistogram } from "./ConnectHistogram.tsx";
import { Outcomes } from "./Outcomes.tsx";
import { UpstreamTable } from "./UpstreamTable.tsx";
import { UsageChart } from "./UsageChart.tsx";

/** How much is used, how fast interviews begin, and whether what they need is there. */
export function HealthView({ overview }: { readonly overview: OperatorEventOf<"overview"> | undefined }): ReactElement {
  if (overview === undefined) return <p className="ops-empty">Waiting for the server to tell how it stands…</p>;
  const { connects, tenant, upstreams, startedAt } = overview;
  return (
    <div className="ops-health">
      <UsageChart {...tenant} />
      <section className="card stack" aria-labelledby="connects-heading">
        <h2 id="connects-heading">How fast interviews begin</h2>
        <p className="ops-muted">
          {count(connects.seconds.count)} calls of this machine since {dayAndTime(startedAt)}.
        </p>
        <ConnectHistogram seconds={connects.seconds} />
        <Outcomes outcomes={connects.outcomes} errors={connects.errors} />
      </section>
      <UpstreamTable upstreams={upstreams} />
    </div>
  );
}

import type { OperatorEventOf } from "@interview-proxy/protocol";
import type { ReactElement } from "react";
import { count } from "../figures.ts";

type Upstream = OperatorEventOf<"overview">["upstreams"][number];

/** Whether voice services can be reached, and what came of what was asked of them. */
export function UpstreamTable({ upstreams }: { readonly upstreams: readonly Upstream[] }): ReactElement {
  return (
    <section className="card stack" aria-labelledby="upstreams-heading">
      <h2 id="upstreams-heading">Voice services</h2>
      {upstreams.length === 0 && <p className="ops-empty">None was spoken to yet.</p>}
      {upstreams.map((upstream) => (
        <Service key={upstream.upstream} {...upstream} />
      ))}
    </section>
  );
}

function Service({ upstream, servers, unreachable, clockSkewSeconds, requests }: Upstream): ReactElement {
  const rows = Object.entries(requests).flatMap(([operation, codes]) =>
    Object.entries(codes).map(([code, times]) => ({ operation, code, times })),
  );
  return (
    <div className="ops-service">
      <h3>{upstream}</h3>
      <p data-look={unreachable > 0 ? "problem" : "fine"}>
        {reachOf(servers, unreachable)}
        {clockSkewSeconds !== null && Math.abs(clockSkewSeconds) >= 1 && `, ${skewOf(clockSkewSeconds)}`}
      </p>
      {rows.length > 0 && (
        <table>
          <caption className="ops-unseen">What came of requests to {upstream}</caption>
          <thead>
            <tr>
              <th scope="col">Request</th>
              <th scope="col">Answer</th>
              <th scope="col">Times</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ operation, code, times }) => (
              <tr key={operation + code}>
                <th scope="row">{operation}</th>
                <td>{code}</td>
                <td>{count(times)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function reachOf(servers: number, unreachable: number): string {
  if (unreachable === 0) return servers === 1 ? "Reachable" : `All ${servers} servers reachable`;
  return unreachable === servers ? "Cannot be reached" : `${unreachable} of ${servers} servers cannot be reached`;
}

function skewOf(seconds: number): string {
  return `this machine’s clock is ${Math.abs(seconds).toFixed(0)} s ${seconds > 0 ? "ahead" : "behind"}`;
}

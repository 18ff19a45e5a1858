import type { Distribution } from "@interview-proxy/protocol";
import type { ReactElement } from "react";
import { count } from "../figures.ts";
import { type Bucket, boundOf, bucketsOf } from "./buckets.ts";

/** In the units of the drawing, which is as wide as its place and stretches. */
const BAR = { width: 10, gap: 2 };
const HEIGHT = 40;

/** How long connects took. The drawing is for eyes; the table behind it says the same, number by number. */
export function ConnectHistogram({ seconds }: { readonly seconds: Distribution }): ReactElement {
  const buckets = bucketsOf(seconds);
  if (buckets.length === 0) return <p className="ops-empty">No call was made yet.</p>;
  const most = Math.max(...buckets.map((bucket) => bucket.count));
  return (
    <figure className="ops-histogram">
      <figcaption>{summaryOf(seconds)}</figcaption>
      <svg
        viewBox={`0 0 ${buckets.length * (BAR.width + BAR.gap)} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {buckets.map((bucket, index) => (
          <Bar key={bucket.from} bucket={bucket} index={index} most={most} />
        ))}
      </svg>
      <div className="ops-axis" aria-hidden="true">
        {buckets.map((bucket) => (
          <span key={bucket.from}>{bucket.to === null ? "more" : `${bucket.to} s`}</span>
        ))}
      </div>
      <details>
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Calls</th>
            </tr>
          </thead>
          <tbody>
            {buckets.map((bucket) => (
              <tr key={bucket.from}>
                <th scope="row">{spanOf(bucket)}</th>
                <td>{count(bucket.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

interface BarProps {
  readonly bucket: Bucket;
  readonly index: number;
  readonly most: number;
}

function Bar({ bucket, index, most }: BarProps): ReactElement {
  // One of very many is to be seen, too.
  const height = bucket.count === 0 ? 0 : Math.max(1, (bucket.count / most) * HEIGHT);
  return (
    <rect
      x={index * (BAR.width + BAR.gap) + BAR.gap / 2}
      y={HEIGHT - height}
      width={BAR.width}
      height={height}
      data-slow={bucket.from >= OBJECTIVE_SECONDS}
    />
  );
}

/** The objective for the time to connect, as `ops/alerts.yml` has it: 95 % take no longer. */
const OBJECTIVE_SECONDS = 2.5;

function spanOf({ from, to }: Bucket): string {
  return to === null ? `more than ${from} s` : `${from} to ${to} s`;
}

function summaryOf(seconds: Distribution): string {
  const half = boundOf(seconds, 0.5);
  const most = boundOf(seconds, 0.95);
  const words = [
    half !== undefined && `Half of them took at most ${half} s`,
    most !== undefined && `95% at most ${most} s`,
  ].filter((each) => each !== false);
  return words.length === 0 ? "Most took longer than can be told." : `${words.join(", ")}.`;
}

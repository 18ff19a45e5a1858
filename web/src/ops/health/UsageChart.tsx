import type { OperatorEventOf } from "@interview-proxy/protocol";
import type { ReactElement } from "react";
import { compact, count, dayAndTime, duration, money, part } from "../figures.ts";

type TenantUse = OperatorEventOf<"overview">["tenant"];
type Kind = NonNullable<TenantUse["month"]>["uses"][number]["kind"] | "running";

const NAMES: Readonly<Record<Kind, string>> = {
  running: "Interviews at once",
  seconds: "Time of calls, this month",
  tokens: "Tokens, this month",
  money: "Cost, this month",
};

const FORMATS: Readonly<Record<Kind, (value: number) => string>> = {
  running: count,
  seconds: duration,
  tokens: compact,
  money,
};

/** From this part of a limit on it is worth a warning; the alert on a tenant near its budget begins there, too. */
const NEAR = 0.9;

/** What a tenant has used of what it may use: a bar for each limit. */
export function UsageChart({ running, month }: TenantUse): ReactElement {
  const uses = [{ kind: "running" as const, ...running }, ...(month?.uses ?? [])];
  return (
    <section className="card stack" aria-labelledby="usage-heading">
      <h2 id="usage-heading">Usage against limits</h2>
      <ul className="ops-uses">
        {uses.map((use) => (
          <Use key={use.kind} {...use} />
        ))}
      </ul>
      <p className="ops-muted">
        {month === null
          ? "Nothing of this organisation has a monthly limit."
          : `As of ${dayAndTime(month.at)}. The month begins anew on the first, UTC.`}
      </p>
    </section>
  );
}

interface UseProps {
  readonly kind: Kind;
  readonly used: number;
  readonly limit: number;
}

function Use({ kind, used, limit }: UseProps): ReactElement {
  const ratio = limit > 0 ? used / limit : 1;
  const words = `${FORMATS[kind](used)} of ${FORMATS[kind](limit)}, ${part(ratio)}`;
  const look = ratio >= 1 ? "full" : ratio >= NEAR ? "near" : "within";
  return (
    <li data-look={look}>
      <p>
        <strong id={`use-${kind}`}>{NAMES[kind]}</strong> <span>{words}</span>
      </p>
      <div
        role="meter"
        aria-labelledby={`use-${kind}`}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(used, limit)}
        aria-valuetext={words}
      >
        <div className="ops-bar" style={{ inlineSize: `${Math.min(100, ratio * 100)}%` }} />
      </div>
    </li>
  );
}

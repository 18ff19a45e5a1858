import type { RunningSession } from "@interview-proxy/protocol";
import { memo, type ReactElement } from "react";
import { count, money } from "../figures.ts";

interface RunningFiguresProps {
  readonly sessions: ReadonlyMap<string, RunningSession>;
  /** How many may run at once. */
  readonly limit: { readonly limit: number } | undefined;
  readonly hasMore: boolean;
}

/** All that runs, in four figures. */
export const RunningFigures = memo(function RunningFigures({
  sessions,
  limit,
  hasMore,
}: RunningFiguresProps): ReactElement {
  const all = [...sessions.values()];
  const weak = all.filter(({ quality }) => quality === "poor" || quality === "lost").length;
  const violating = all.filter(({ violations }) => (violations ?? 0) > 0).length;
  const cost = all.reduce((sum, session) => sum + (session.money ?? 0), 0);
  return (
    <dl className="ops-figures">
      <Figure name="Running" note={limit && `of ${count(limit.limit)}`}>
        {hasMore ? `over ${count(all.length)}` : count(all.length)}
      </Figure>
      <Figure name="Weak connection" look={weak > 0 ? "warning" : undefined}>
        {count(weak)}
      </Figure>
      <Figure name="With violations" look={violating > 0 ? "problem" : undefined}>
        {count(violating)}
      </Figure>
      <Figure name="Cost so far">{money(cost)}</Figure>
    </dl>
  );
});

interface FigureProps {
  readonly name: string;
  readonly note?: string | undefined;
  readonly look?: "warning" | "problem" | undefined;
  readonly children: string;
}

function Figure({ name, note, look, children }: FigureProps): ReactElement {
  return (
    <div data-look={look}>
      <dt>{name}</dt>
      <dd>
        {children} {note && <small>{note}</small>}
      </dd>
    </div>
  );
}

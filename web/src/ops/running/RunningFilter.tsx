import { type ReactElement, useEffect, useId, useRef, useState } from "react";
import { count } from "../figures.ts";
import type { Filter } from "./find-running.ts";

interface RunningFilterProps {
  readonly filter: Filter;
  readonly found: number;
  readonly of: number;
  readonly onChange: (filter: Filter) => void;
}

const SHOWS: Readonly<Record<Filter["show"], string>> = {
  all: "All",
  weak: "Weak or no connection",
  violations: "With violations",
  "not-live": "Not in a call",
};

export function RunningFilter({ filter, found, of, onChange }: RunningFilterProps): ReactElement {
  const id = useId();
  const isUnfiltered = filter.text === "" && filter.show === "all";
  const [said, sayAtRest] = useSaid(isUnfiltered ? "" : `${count(found)} found`);
  const change = (next: Filter): void => {
    onChange(next);
    sayAtRest();
  };
  return (
    <div role="search" className="ops-filter">
      <div className="ops-field">
        <label htmlFor={`${id}-text`}>Find</label>
        <input
          id={`${id}-text`}
          type="search"
          value={filter.text}
          placeholder="Person, persona or session"
          autoComplete="off"
          onChange={({ currentTarget: { value } }) => change({ ...filter, text: value })}
        />
      </div>
      <div className="ops-field">
        <label htmlFor={`${id}-show`}>Show</label>
        <select
          id={`${id}-show`}
          value={filter.show}
          onChange={({ currentTarget: { value } }) => change({ ...filter, show: value as Filter["show"] })}
        >
          {Object.entries(SHOWS).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <p className="ops-found">{isUnfiltered ? "" : `${count(found)} of ${count(of)}`}</p>
      <p role="status" className="ops-unseen">
        {said}
      </p>
    </div>
  );
}

/** When typing rests, what came of it is said: once, because the number goes on changing by itself. */
const REST_MS = 600;

/** Words to be read out, and what has them read out when the filter rests. */
function useSaid(words: string): readonly [string, () => void] {
  const [said, setSaid] = useState("");
  const latest = useRef(words);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = words;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  const sayAtRest = (): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSaid(latest.current), REST_MS);
  };
  return [said, sayAtRest];
}

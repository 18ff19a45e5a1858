import { endReasonSchema } from "@interview-proxy/protocol";
import { type FormEvent, type ReactElement, useId } from "react";
import { END_WORDS } from "../running/session-words.ts";
import type { PastQuery } from "./use-past-search.ts";

interface SearchFormProps {
  readonly isBusy: boolean;
  readonly onSearch: (query: PastQuery) => Promise<void>;
}

export function SearchForm({ isBusy, onSearch }: SearchFormProps): ReactElement {
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void onSearch(queryOf(new FormData(event.currentTarget)));
  };
  return (
    <div role="search">
      <form className="ops-filter" onSubmit={submit}>
        <Field id={`${id}-person`} name="person" label="Person" />
        <Field id={`${id}-persona`} name="persona" label="Persona" />
        <Field id={`${id}-from`} name="from" label="From" type="date" />
        <Field id={`${id}-to`} name="to" label="To" type="date" />
        <div className="ops-field">
          <label htmlFor={`${id}-reason`}>End</label>
          <select id={`${id}-reason`} name="endReason">
            <option value="">Any</option>
            {endReasonSchema.options.map((reason) => (
              <option key={reason} value={reason}>
                {END_WORDS[reason]}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" className="interview-button primary" aria-disabled={isBusy}>
          Search
        </button>
      </form>
    </div>
  );
}

interface FieldProps {
  readonly id: string;
  readonly name: keyof PastQuery;
  readonly label: string;
  readonly type?: "text" | "date";
}

function Field({ id, name, label, type = "text" }: FieldProps): ReactElement {
  return (
    <div className="ops-field">
      <label htmlFor={id}>{label}</label>
      <input id={id} name={name} type={type} autoComplete="off" />
    </div>
  );
}

/** The query that a filled form asks for. Days are those of the reader: from the beginning of one to the end of the other. */
export function queryOf(form: FormData): PastQuery {
  const filled = [...form].flatMap(([name, value]) =>
    typeof value === "string" && value.trim() !== "" ? [[name, value.trim()] as const] : [],
  );
  const query: PastQuery = Object.fromEntries(filled);
  return {
    ...query,
    ...(query.from !== undefined && { from: new Date(`${query.from}T00:00:00`).toISOString() }),
    ...(query.to !== undefined && { to: new Date(`${query.to}T23:59:59.999`).toISOString() }),
  };
}

/** What values a field had, such as `string` or `integer|null`, by its path, such as `session.tools[].name`. */
export type Shape = Readonly<Record<string, string>>;

/** Deeper than any event, and a bound on the work for one that was made to be deep. */
const MAX_DEPTH = 12;
const MAX_PATHS = 2000;

/**
 * The form of what a provider says: which fields there are and of which types, and never a value, because values are words,
 * instructions and ids.
 */
export class Shapes {
  readonly #typesByMessage = new Map<string, Map<string, Set<string>>>();

  /** Adds what one message shows. `message` names its kind. */
  add(message: string, value: unknown): void {
    const types = this.#typesByMessage.get(message) ?? new Map<string, Set<string>>();
    this.#typesByMessage.set(message, types);
    for (const [path, type] of fieldsOf(value, "", 0)) {
      const known = types.get(path);
      if (known !== undefined) known.add(type);
      else if (types.size < MAX_PATHS) types.set(path, new Set([type]));
    }
  }

  /** By kind of message, in the order of the alphabet, so that two records can be laid side by side. */
  toRecord(): Record<string, Shape> {
    return sorted(
      [...this.#typesByMessage].map(([message, types]) => [
        message,
        sorted([...types].map(([path, names]) => [path, [...names].toSorted().join("|")])),
      ]),
    );
  }
}

function* fieldsOf(value: unknown, path: string, depth: number): Generator<[string, string]> {
  yield [path, typeOf(value)];
  if (depth === MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const entry of value as unknown[]) yield* fieldsOf(entry, `${path}[]`, depth + 1);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value))
      yield* fieldsOf(inner, path === "" ? safeName(key) : `${path}.${safeName(key)}`, depth + 1);
  }
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

/** A name as the protocol's own names are; anything else could be somebody's words. */
export function safeName(name: string): string {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(name) ? name : "*";
}

function sorted<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

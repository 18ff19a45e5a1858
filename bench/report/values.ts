/** A value as text, with its unit if it has one. */
export function withUnit(value: number, unit: string): string {
  return unit === "" ? String(value) : `${value} ${unit}`;
}

/** The value of the latest run and, where there is one, that of the run before. */
export function valuesWithUnit([latest = Number.NaN, before]: readonly number[], unit: string): string {
  return before === undefined ? withUnit(latest, unit) : `${withUnit(latest, unit)}, ${before} before`;
}

const COUNT = new Intl.NumberFormat("en");
const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const DAY_AND_TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const MONEY = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const TIME_OF_DAY = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });
const PART = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 0 });
const SMALL_PART = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** `1,234`. */
export function count(value: number): string {
  return COUNT.format(value);
}

/** `12.3K`. */
export function compact(value: number): string {
  return COMPACT.format(value);
}

/** `37%`, `0.4%`. */
export function part(value: number): string {
  return (value < 0.1 ? SMALL_PART : PART).format(value);
}

/** In the currency of the server's price table. */
export function money(value: number): string {
  return value > 0 && value < 0.005 ? "< 0.01" : MONEY.format(value);
}

/** A figure in its words, or that it is not known. */
export function ifKnown(value: number | null, words: (value: number) => string): string {
  return value === null ? "not known" : words(value);
}

/** Seconds count only near an end, so that what is shown of a long time changes once a minute: `1 h 05 min`, `12 min`, `1:45`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return stamp(whole);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** Seconds as `1:45`, or `1:02:03`. */
export function stamp(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0(\d)/, "$1");
}

/** Of an ISO time, in the reader's own zone: `27 Nov 2026, 20:15`. */
export function dayAndTime(iso: string): string {
  return DAY_AND_TIME.format(new Date(iso));
}

/** Of an ISO time of today, in the reader's own zone: `20:15`. */
export function timeOfDay(iso: string): string {
  return TIME_OF_DAY.format(new Date(iso));
}

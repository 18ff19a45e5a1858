/** `4:07`, and `1:04:07` from an hour on; of whole seconds. */
export function clockDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = `:${twoDigits(seconds % 60)}`;
  return hours > 0 ? `${hours}:${twoDigits(minutes)}${tail}` : `${minutes}${tail}`;
}

/** `5 minutes`, `30 seconds` or `1 minute 30 seconds` in the language's own words; of whole seconds. */
export function durationInWords(seconds: number, language: string): string {
  const count = (value: number, unit: string) =>
    new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(value);
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes === 0) return count(rest, "second");
  return rest === 0 ? count(minutes, "minute") : `${count(minutes, "minute")} ${count(rest, "second")}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

const minutesInWords = new Intl.NumberFormat("en", { style: "unit", unit: "minute", unitDisplay: "long" });
const secondsInWords = new Intl.NumberFormat("en", { style: "unit", unit: "second", unitDisplay: "long" });

/** `4:07`, and `1:04:07` from an hour on; of whole seconds. */
export function clockDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = `:${twoDigits(seconds % 60)}`;
  return hours > 0 ? `${hours}:${twoDigits(minutes)}${tail}` : `${minutes}${tail}`;
}

/** `5 minutes`, `30 seconds` or `1 minute 30 seconds`; of whole seconds. */
export function durationInWords(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes === 0) return secondsInWords.format(rest);
  return rest === 0
    ? minutesInWords.format(minutes)
    : `${minutesInWords.format(minutes)} ${secondsInWords.format(rest)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

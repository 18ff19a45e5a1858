/** Path of a Chromium or Chrome on this machine, or undefined. CHROMIUM_PATH, where set, is the only place looked at. */
export function findChromium(): string | undefined;

/** Path of a Firefox on this machine, or undefined. FIREFOX_PATH, where set, is the only place looked at. */
export function findFirefox(): string | undefined;

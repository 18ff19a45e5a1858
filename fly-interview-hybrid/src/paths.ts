import { fileURLToPath } from "node:url";

/** The proxy's own folder, from `src` and from the built files in `dist` alike. */
export const PROXY_DIRECTORY: string = fileURLToPath(new URL("..", import.meta.url));

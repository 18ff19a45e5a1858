import { createHandler } from "./handler.ts";

Deno.serve(
  createHandler({
    environment: Deno.env.toObject(),
    fetch,
    now: () => Date.now(),
    log: (line) => console.error(line),
  }),
);

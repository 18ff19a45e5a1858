import type { Handler } from "./handler.ts";

export const ping: Handler<"ping"> = (_message, connection) => {
  connection.send({ type: "pong", time: connection.needs.clock.now() });
};

// The control of the start time: the smallest server on the proxy's framework, with the proxy's ready line.
import { fastify } from "fastify";

const server = fastify();
server.get("/readyz", async () => ({ status: "ready" }));
await server.listen({ host: "127.0.0.1", port: 0 });
console.log(JSON.stringify({ msg: "ready", port: server.server.address().port }));

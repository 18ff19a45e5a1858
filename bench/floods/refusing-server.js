// The control of a flood: the smallest server that reads a request and refuses it, with the proxy's ready line.
import { createServer } from "node:http";

const server = createServer((request, response) => {
  request.resume();
  request.once("end", () => response.writeHead(429).end());
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ msg: "ready", port: server.address().port })));

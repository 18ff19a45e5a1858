// The control of a proxy: takes a request, adds the key, and hands the reply back, with nothing looked at. The least that a program
// on Node can do. Its ready line is the proxy's. Argument: the voice service's address.
import { createServer } from "node:http";
import { pipeline } from "node:stream";
import { Pool } from "undici";

const upstream = new Pool(process.argv[2]);

const server = createServer(
  (request, response) => void passOn(request, response).catch(() => response.writeHead(502).end()),
);
// No control is to find a connection closed that it has kept.
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", 4096, () => console.log(JSON.stringify({ msg: "ready", port: server.address().port })));

async function passOn(request, response) {
  const { "content-type": contentType, "content-length": contentLength } = request.headers;
  const headers = {
    authorization: "Bearer not-a-key",
    ...(contentType && { "content-type": contentType }),
    ...(contentLength && { "content-length": contentLength }),
  };
  const reply = await upstream.request({ method: request.method, path: request.url, headers, body: request });
  const { location, "content-type": type } = reply.headers;
  response.writeHead(reply.statusCode, { ...(location && { location }), ...(type && { "content-type": type }) });
  pipeline(reply.body, response, () => undefined);
}

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Agent, createServer, request as httpsRequest } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { createServer as createTlsServer } from "node:tls";

/** What a server and those who trust it need. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly certPath: string;
}

export interface LocalServer {
  readonly port: number;
  close(): void;
}

/** A certificate of this machine's own for localhost, in a folder. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const [keyPath, certPath] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  execFileSync("openssl", ["req", "-x509", ...curve, ...subject, "-keyout", keyPath, "-out", certPath], {
    stdio: "ignore",
  });
  return { key: await readFile(keyPath, "utf8"), cert: await readFile(certPath, "utf8"), certPath };
}

/** TLS in front of a server that has none. */
export async function startTlsFront({ key, cert }: Certificate, targetPort: number): Promise<LocalServer> {
  const server = createTlsServer({ key, cert }, (near) => {
    const far = connect(targetPort, "127.0.0.1");
    near.pipe(far).pipe(near);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
  });
  return listening(server);
}

/** The server of a page that does without us: an empty page, and client secrets, which it mints at the voice service. */
export async function startMintingServer({ key, cert }: Certificate, servicePort: number): Promise<LocalServer> {
  const agent = new Agent({ keepAlive: true, ca: cert });
  const server = createServer({ key, cert }, (request, response) => {
    if (request.url === "/token") {
      mint(agent, servicePort).then(
        (secret) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(secret)),
        () => response.destroy(),
      );
    } else {
      response.writeHead(200, { "content-type": "text/html" }).end("<title>Page</title>");
    }
  });
  server.keepAliveTimeout = 600_000;
  const local = await listening(server);
  return {
    port: local.port,
    close() {
      local.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

async function mint(agent: Agent, port: number): Promise<unknown> {
  const session = { type: "realtime", model: "gpt-realtime", instructions: "Hold an interview." };
  const asking = httpsRequest({
    agent,
    port,
    host: "localhost",
    method: "POST",
    path: "/v1/realtime/client_secrets",
    headers: { authorization: "Bearer not-a-key", "content-type": "application/json" },
  });
  asking.end(JSON.stringify({ session }));
  const [reply] = await once(asking, "response");
  return json(reply);
}

async function listening(server: ReturnType<typeof createTlsServer>): Promise<LocalServer> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

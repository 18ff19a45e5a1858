import { once } from "node:events";
import { createServer } from "node:net";
import { type Check, type DoctorNeeds, type Finding, mend, ok, PATIENCE_MS, reasonOf } from "../finding.ts";

export const checkPorts: Check = async (needs) => {
  const { PORT, METRICS_PORT } = needs.config;
  if (METRICS_PORT === PORT)
    return [mend("ports", "PORT and METRICS_PORT are the same", "Give each a port of its own.")];
  const port = await checkPort("PORT", PORT, needs);
  return METRICS_PORT === undefined ? [port] : [port, await checkPort("METRICS_PORT", METRICS_PORT, needs)];
};

async function checkPort(setting: string, port: number, { config, fetch }: DoctorNeeds): Promise<Finding> {
  const reason = await tryToListen(config.HOST, port);
  if (reason === undefined) return ok("ports", `${setting} ${port} is free`);
  if (reason !== "EADDRINUSE") {
    return mend(
      "ports",
      `${setting} ${port} cannot be used (${reason})`,
      `Mend HOST or ${setting}; ports below 1024 need a permission.`,
    );
  }
  if (await isProxy(fetch, `http://127.0.0.1:${port}`)) return ok("ports", `the proxy listens on ${setting} ${port}`);
  return mend("ports", `another program listens on ${setting} ${port}`, `Stop it, or set ${setting} to a free port.`);
}

async function tryToListen(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, "listening");
  } catch (error) {
    return reasonOf(error);
  }
  server.close();
  await once(server, "close");
  return undefined;
}

/** Whether a proxy, or its metrics, are served there. */
async function isProxy(fetch: DoctorNeeds["fetch"], url: string): Promise<boolean> {
  const read = async (path: string): Promise<string> => {
    const response = await fetch(url + path, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return response.ok ? response.text() : "";
  };
  const texts = await Promise.all(["/healthz", "/metrics"].map((path) => read(path).catch(() => "")));
  return texts[0] === '{"status":"ok"}' || texts[1]?.includes("interview_sessions") === true;
}

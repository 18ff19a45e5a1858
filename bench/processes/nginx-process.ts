import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../fly-interview-hybrid/test/servers/free-port.ts";
import { keepOnCore } from "./one-core.ts";

/** An nginx of one process, for as long as it is wanted. */
export interface NginxProcess {
  readonly port: number;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** Longest wait until it listens, in milliseconds. */
const READY_TIMEOUT_MS = 5000;

/** Folders that nginx wants for itself, whatever it does. */
const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/** Starts nginx on a core with these contexts of `http`, in which `$PORT` stands for its port. Connections stay open. */
export async function startNginx(core: number, http: string): Promise<NginxProcess> {
  const folder = await mkdtemp(join(tmpdir(), "nginx-"));
  for (const name of TEMPORARY) await mkdir(join(folder, name));
  const port = await freePort();
  await writeFile(
    join(folder, "nginx.conf"),
    `daemon off; master_process off; worker_rlimit_nofile 16384; pid ${folder}/pid; error_log stderr error;
     events { worker_connections 8192; }
     http {
       access_log off; keepalive_timeout 600s; keepalive_requests 100000000;
       ${TEMPORARY.map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
       ${http.replaceAll("$PORT", String(port))}
     }`,
  );
  const child = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  keepOnCore(core, child.pid);
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    }
    await rm(folder, { recursive: true });
  };
  await untilItAnswers(port).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { port, pid: child.pid, stop };
}

async function untilItAnswers(port: number): Promise<void> {
  const givenUpAt = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const isThere = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    if (performance.now() > givenUpAt)
      throw new Error("nginx does not answer. Install it: apt-get install nginx-light");
    await pause(20);
  }
}

/** The control of a proxy: adds the key to what comes, and passes it on. */
export function startKeyAddingNginx(core: number, upstreamPort: number): Promise<NginxProcess> {
  return startNginx(
    core,
    `upstream voice { server 127.0.0.1:${upstreamPort}; keepalive 512; keepalive_requests 100000000; keepalive_timeout 600s; }
     server {
       listen 127.0.0.1:$PORT backlog=4096;
       location / {
         proxy_pass http://voice;
         proxy_http_version 1.1;
         proxy_set_header Connection "";
         proxy_set_header Authorization "Bearer not-a-key";
       }
     }`,
  );
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Post } from "./connect.ts";
import { freshToken } from "../processes/load-token.ts";
import { keepOnCore, LOADING_CORE } from "../processes/one-core.ts";
import { rounded } from "../report/summary.ts";

/** Connects that wrk makes one behind the other on each of its connections. */
export interface WrkLoad extends Pick<Post, "port" | "path" | "body"> {
  readonly contentType: string;
  readonly concurrency: number;
  readonly seconds: number;
  /** As many different tokens. */
  readonly tokens: number;
}

export interface WrkReport {
  readonly perSecond: number;
  readonly answers: number;
  /** Of all requests: those that were refused, or got no reply. */
  readonly errorsPercent: number;
}

const SCRIPT = fileURLToPath(new URL("wrk-connects.lua", import.meta.url));

/** Runs wrk on the core of the load; `folder` is for what it reads. */
export async function runWrk(folder: string, load: WrkLoad): Promise<WrkReport> {
  const [body, tokens] = [join(folder, "body"), join(folder, "tokens")];
  await writeFile(body, load.body);
  await writeFile(tokens, `${Array.from({ length: load.tokens }, freshToken).join("\n")}\n`);
  const child = spawn(
    "wrk",
    `--threads 1 --connections ${load.concurrency} --duration ${load.seconds}s --timeout 10s`
      .split(" ")
      .concat("--script", SCRIPT, `http://127.0.0.1:${load.port}`),
    {
      env: {
        PATH: process.env.PATH,
        CONNECT_PATH: load.path,
        CONNECT_TYPE: load.contentType,
        CONNECT_BODY: body,
        CONNECT_TOKENS: tokens,
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  keepOnCore(LOADING_CORE, child.pid);
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (status !== 0) throw new Error(`wrk ended with status ${status}.`);
  const found = JSON.parse(output.trimEnd().split("\n").at(-1) ?? "") as {
    readonly answers: number;
    readonly seconds: number;
    readonly refused: number;
    readonly broken: number;
  };
  const good = found.answers - found.refused;
  const all = found.answers + found.broken;
  return {
    perSecond: Math.round(good / found.seconds),
    answers: good,
    errorsPercent: all === 0 ? 100 : rounded((100 * (found.refused + found.broken)) / all),
  };
}

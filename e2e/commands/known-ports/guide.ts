import { join } from "node:path";
import { expect, test } from "vitest";
import { freePort } from "../../../fly-interview-hybrid/test/servers/free-port.ts";
import { freshCopy } from "../fresh-copy.ts";
import { expectFree, startCommand } from "../running-command.ts";
import { answers, pasteSnippet } from "../served.ts";

const page = "http://localhost:8080/simple-webrtc-test";

test("the guide's commands work in their order on a fresh clone", { timeout: 240_000 }, async () => {
  const root = freshCopy();
  const proxy = join(root, "fly-interview-hybrid");
  await expectFree(8080);
  await expectFree(3001);

  await startCommand("npm install --prefer-offline", proxy).success();
  await startCommand("cp .env.example .env", proxy).success();

  for (const line of ["npm start", "npm run dev:sim", "npm run dev"]) {
    const server = startCommand(line, proxy);
    await server.until(() => answers("http://localhost:8080/healthz"));
    expect(await answers(page), `the page under "${line}"`).toBe(true);
    await server.interrupt();
  }

  const simple = startCommand("node simple-server.js", proxy);
  await simple.until(() => answers("http://localhost:3001/"));
  expect(await pasteSnippet("ws://localhost:3001?simulation=true")).toEqual(["welcome", "pong"]);
  await simple.interrupt();

  const port = await freePort();
  const elsewhere = startCommand("node simple-server.js", proxy, { PORT: String(port) });
  await elsewhere.until(() => answers(`http://localhost:${port}/healthz`));
  await elsewhere.interrupt();

  const dev = startCommand("npm run dev", root);
  await dev.until(() => answers(page));
  await dev.interrupt();
});

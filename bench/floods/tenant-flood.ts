// A tenant that floods, as a process of its own: asks for sessions at a steady pace, whatever is answered. Arguments: the proxy's
// port, the token, requests a second. Begins when it is told to, and answers "stop" with what came of it.
import { Agent, request } from "node:http";

/** Requests are sent in bunches, one each so many milliseconds. */
const BUNCH_MS = 10;

const [port, token, perSecond] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const answers: Promise<number>[] = [];
let timer: NodeJS.Timeout | undefined;

process.on("message", (message: string) => void (message === "stop" ? stop() : begin()));
process.send?.("ready");

function begin(): void {
  const begunAt = performance.now();
  timer = setInterval(() => {
    const due = ((performance.now() - begunAt) / 1000) * Number(perSecond);
    while (answers.length < due) answers.push(askForSession());
  }, BUNCH_MS);
}

async function stop(): Promise<void> {
  clearInterval(timer);
  const statuses = await Promise.all(answers);
  process.send?.({ sent: statuses.length, refused: statuses.filter((status) => status === 429).length });
}

function askForSession(): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const asking = request({ host: "127.0.0.1", port, path: "/api/sessions", method: "POST", agent, headers });
    asking.once("error", reject);
    asking.once("response", (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
    asking.end(JSON.stringify({ person: "somebody" }));
  });
}

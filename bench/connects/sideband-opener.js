// The control of a sideband: opens as many as it is told, puts a plan in force on each and asks for the first words as the proxy
// does, and leaves it open. Its ready line is the proxy's. Argument: the voice service's port.
import { once } from "node:events";
import { WebSocket } from "ws";

const AT_ONCE = 64;
const UPDATE = JSON.stringify({ type: "session.update", session: { instructions: "Hold an interview. ".repeat(30) } });
const [port] = process.argv.slice(2);

process.on("message", (count) => void openAll(Number(count)));
process.on("disconnect", () => process.exit());
console.log(JSON.stringify({ msg: "ready", port: 0 }));

async function openAll(count) {
  const each = Array.from({ length: AT_ONCE }, async (_, first) => {
    for (let index = first; index < count; index += AT_ONCE) await open(index);
  });
  await Promise.all(each);
  process.send("opened");
}

async function open(index) {
  const url = `ws://127.0.0.1:${port}/v1/realtime?call_id=rtc_${index}`;
  const socket = new WebSocket(url, { perMessageDeflate: false, headers: { authorization: "Bearer not-a-key" } });
  await once(socket, "open");
  socket.send(UPDATE);
  const [answer] = await once(socket, "message");
  if (JSON.parse(answer.toString()).type !== "session.updated") throw new Error("The plan is not in force.");
  socket.send('{"type":"response.create"}');
}

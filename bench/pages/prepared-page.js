// Our page of click-to-audio-time.ts: the client as it is shipped, whose line to the proxy is prepared before anybody clicks.
import { createInterviewCall } from "@interview-proxy/client";

let call;

function addButton(name, onClick) {
  const button = document.createElement("button");
  button.textContent = name;
  button.addEventListener("click", onClick);
  document.body.append(button);
}

globalThis.openPreparedPage = (url, token) => {
  call = createInterviewCall({ url, token });
  addButton("Connect", () => call.connect());
  addButton("Disconnect", () => call.disconnect());
};

/** Resolves once the session is there. */
globalThis.prepareLine = () =>
  new Promise((resolve) => {
    const latest = () => call.events.getSnapshot().findLast(({ type }) => type === "initialized")?.id;
    const before = latest();
    const unsubscribe = call.events.subscribe(() => {
      if (latest() === before) return;
      unsubscribe();
      resolve();
    });
    call.prepare();
  });

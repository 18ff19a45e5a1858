import { GERMAN, InterviewProvider, InterviewStage, SimpleWebRTCManager, WebRTCManager } from "@interview-proxy/react";
import { createFakeCall } from "@interview-proxy/react/testing";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";

// Runs in Node without a DOM: whatever touches `window` or `document` while it renders fails here.
const SERVER = "wss://interview.test?simulation=true";

test("all panels render on a server, in either language", () => {
  expect(typeof document).toBe("undefined");
  expect(renderToString(<SimpleWebRTCManager url={SERVER} />)).toContain("Ready when you are.");
  const whole = renderToString(<WebRTCManager url={SERVER} preCheck autoStart messages={GERMAN} />);
  expect(whole).toContain("Interview beginnen");
  expect(whole).toContain("Gerät prüfen");
});

test("an interview under way renders on a server", () => {
  const call = createFakeCall({
    state: "connected",
    endsAt: performance.now() + 60_000,
    captions: [{ id: "1", role: "interviewer", text: "Good morning.", n: 1, status: "complete" }],
    quality: "good",
  });
  const html = renderToString(
    <InterviewProvider call={call}>
      <InterviewStage />
    </InterviewProvider>,
  );
  expect(html).toContain("Good morning.");
  expect(html).toContain("Good connection");
  expect(html).toMatch(/role="timer"[^>]*>(1:00|0:59)</);
  expect(call.asked).toEqual([]);
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { InterviewScript } from "openai-voice-simulator";
import { startPostgres, type PostgresServer } from "../servers/postgres-server.ts";
import { begin, comeBack, end, openPlace } from "./two-machines.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

const SHORT: InterviewScript = {
  turns: [
    { interviewer: "Hello. Who are you?", candidate: "I am Ada." },
    { interviewer: "What do you build?", candidate: "Engines that calculate." },
    { interviewer: "Since when, and what was it that made you begin at all?", candidate: "A loom did." },
    { interviewer: "Any questions?", candidate: "None." },
    { interviewer: "Thank you. Goodbye." },
  ],
};

describe("a machine that is told to stop, beside another", () => {
  test("hands its interviews over: no call ends, no turn is lost, and pages go on there", {
    timeout: 60_000,
  }, async () => {
    const place = await openPlace(server, { script: SHORT });
    const old = await place.start();
    const heir = await place.start();
    const interviews = [];
    for (let n = 0; n < 12; n += 1) interviews.push(await begin(old, `person-${n}`));
    const calls = place.simulator.liveCalls().map(({ id }) => id);
    let lines = 0;
    const spoken = place.simulator.waitFor(
      ({ type }) => type === "output_audio_buffer.stopped" && (lines += 1) === 12 * SHORT.turns.length,
      { timeoutMs: 50_000 },
    );
    const stopped = old.app.close();
    const back = await Promise.all(
      interviews.map(async (interview) => {
        const { reconnectAfterMs } = await interview.socket.next("draining");
        expect(reconnectAfterMs).toBeGreaterThan(0);
        expect(await interview.socket.next("error")).toMatchObject({ code: "DRAINING", retryable: true });
        expect(await interview.socket.closed).toBe(4435);
        return comeBack(heir, interview);
      }),
    );
    await stopped;
    expect(place.simulator.liveCalls()).toHaveLength(12);
    await spoken;
    for (const [index, interview] of back.entries()) {
      const { said, transcribed } = await end(heir, place, interview, calls[index] ?? "");
      expect(transcribed).toEqual(said);
    }
  });
});

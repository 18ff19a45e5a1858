import { expect, onTestFinished, test } from "vitest";
import { SERVICE, startPlatform } from "../doors/platform.ts";
import { mountSmallDisk } from "../servers/small-disk.ts";
import { beginInterview, expectWholeTranscript, LINES, simulator, untilLines } from "./interview-among-faults.ts";

const disk = await mountSmallDisk();

test.skipIf(disk === undefined)(
  "with a full disk nothing new begins, what runs goes on, and every turn is written later",
  async () => {
    if (disk === undefined) return;
    onTestFinished(() => disk.remove());
    const platform = await startPlatform({
      settings: { DATABASE_URL: `file:${disk.folder}/proxy.db` },
      simulator,
    });
    const { proxy, ask } = platform;
    onTestFinished(() => proxy.close());
    const ada = await beginInterview(proxy, "ada");
    const bob = await beginInterview(proxy, "bob");
    await untilLines(proxy, ada.callId, 2);
    await disk.fill();

    // Of what is said now nobody is told before it is written; the call goes on.
    await untilLines(proxy, ada.callId, 4);
    const { client } = ada;
    expect(await client.isAlive()).toBe(true);
    const late = await proxy.connectAs("carl");
    late.send({ type: "init" });
    expect(await late.next("error")).toMatchObject({ code: "RECORDS_UNAVAILABLE", retryable: true });
    expect(await late.isAlive()).toBe(true);
    // Its last turns wait, so that it cannot be told as it is.
    expect((await ask("GET", `/api/sessions/${ada.sessionId}/transcript`)).json).toMatchObject({
      error: { code: "RECORDS_UNAVAILABLE", retryable: true },
    });
    expect((await ask("DELETE", `/api/sessions/${bob.sessionId}`)).status).toBeOneOf([204, 503]);

    await disk.free();
    late.send({ type: "init" });
    await late.next("initialized");
    await untilLines(proxy, ada.callId, LINES);
    await expectWholeTranscript(proxy, ada, SERVICE);
    expect((await ask("DELETE", `/api/sessions/${bob.sessionId}`)).status).toBe(204);
    for (const open of [client, late]) {
      open.send({ type: "disconnect" });
      await open.next("disconnected");
    }
    await expect.poll(() => proxy.simulator.liveCalls().length, { timeout: 30_000 }).toBe(0);
    const { json } = await ask("GET", "/api/sessions");
    expect((json as { sessions: { endReason: string }[] }).sessions.map(({ endReason }) => endReason)).toEqual([
      "client_disconnected",
      "deleted",
      "client_disconnected",
    ]);
  },
);

import { expect, test } from "vitest";
import { startDropIn } from "./drop-in.ts";

const OTHER = { status: 404, json: { error: { type: "invalid_request_error", param: null, code: "OTHER_VOICE_API" } } };

test.each([
  ["realtime", ["/live/sessions", "/live/sessions/live_1/hangup"], "/v1/live/sessions/live_1/attach"],
  [
    "live",
    ["/realtime/calls", "/realtime/calls/rtc_1/hangup", "/realtime/client_secrets"],
    "/v1/realtime?call_id=rtc_1",
  ],
])("with VOICE_API=%s the routes of the other API say so", async (api, posted, socket) => {
  const { post, proxy } = await startDropIn({ settings: { VOICE_API: api } });
  for (const path of posted) expect(await post(path)).toMatchObject(OTHER);
  expect(await proxy.fetch(socket)).toMatchObject(OTHER);
});

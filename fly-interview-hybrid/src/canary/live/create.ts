import * as z from "zod/mini";
import { createOnce } from "../create-once.ts";
import { contentTypeForm, idForm } from "../forms.ts";
import { parseObject } from "../json-object.ts";
import { CannotGoOn, type Step } from "../step.ts";

export const CREATE_PATH = "/live/sessions";

const replySchema = z.object({
  session: z.optional(z.object({ id: z.optional(z.string()) })),
  transport: z.optional(z.object({ type: z.optional(z.string()), sdp: z.optional(z.string()) })),
});

type Reply = z.infer<typeof replySchema>;

export const create: Step = {
  name: "create",
  expects: "201, JSON with the session's id and an SDP for WebRTC",
  async check(trial, notes) {
    const { exchange, problem } = await createOnce(trial, CREATE_PATH);
    const parsed = replySchema.safeParse(parseObject(exchange.body));
    const { session, transport }: Reply = parsed.success ? parsed.data : {};
    const callId = trial.made.callId ?? session?.id;
    if (callId !== undefined) trial.made.callId = callId;

    const contentType = contentTypeForm(exchange.headers["content-type"]);
    notes.keep({ status: exchange.status ?? 0, contentType, id: idForm(session?.id ?? "") });
    if (exchange.status === undefined || exchange.status > 299)
      throw new CannotGoOn("failed", `${exchange.status ?? "no answer"}: ${problem}`);
    notes.expect(exchange.status === 201, `${exchange.status}`);
    notes.see(contentType);
    notes.expect(session?.id !== undefined, session?.id === undefined ? "no id" : idForm(session.id));
    notes.expect(transport?.type === "webrtc", transport?.type === "webrtc" ? "webrtc" : "no transport of WebRTC");
    if (problem !== undefined) notes.expect(false, `our code says ${problem}`);
    if (transport?.sdp?.startsWith("v=0")) trial.made.answerSdp = transport.sdp;
  },
};

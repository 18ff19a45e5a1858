import { createOnce } from "../create-once.ts";
import { contentTypeForm, lastSegment, locationForm } from "../forms.ts";
import { CannotGoOn, type Step } from "../step.ts";

export const CREATE_PATH = "/realtime/calls";

/** As recorded: relative, and nothing behind the id. */
const LOCATION = /^\/v1\/realtime\/calls\/rtc_[A-Za-z0-9_-]{8,128}$/;

export const create: Step = {
  name: "create",
  expects: "201, a relative Location with an id of the form rtc_…, and an SDP as text",
  async check(trial, notes) {
    const { exchange, problem } = await createOnce(trial, CREATE_PATH);
    const { location } = exchange.headers;
    const callId = trial.made.callId ?? lastSegment(location);
    if (callId !== undefined) trial.made.callId = callId;

    const contentType = contentTypeForm(exchange.headers["content-type"]);
    notes.keep({ status: exchange.status ?? 0, contentType, location: locationForm(location) });
    if (exchange.status === undefined || exchange.status > 299)
      throw new CannotGoOn("failed", `${exchange.status ?? "no answer"}: ${problem}`);
    notes.expect(exchange.status === 201, `${exchange.status}`);
    notes.expect(LOCATION.test(location ?? ""), locationForm(location));
    notes.see(contentType);
    if (problem !== undefined) notes.expect(false, `our code says ${problem}`);
    if (exchange.body.startsWith("v=0")) trial.made.answerSdp = exchange.body;
  },
};

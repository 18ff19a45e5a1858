import { judgeAnswer } from "../../sdp/judge-answer.ts";
import { answerFacts } from "../answer-facts.ts";
import type { Step } from "../step.ts";
import { need } from "../trial.ts";

export const answer: Step = {
  name: "answer",
  expects: "an SDP that passes our rules for answers, with candidates, opus, and a stream for the voice",
  check(trial, notes) {
    const sdp = need(trial, "answerSdp");
    const judgement = judgeAnswer(sdp, trial.offer);
    notes.expect(
      judgement.ok,
      judgement.ok ? "passes the rules" : `breaks ${judgement.fault.rule} in line ${judgement.fault.line}`,
    );
    const facts = answerFacts(sdp);
    if (facts === undefined) return;

    const kinds = Object.entries(facts.candidates).map(([kind, count]) => `${count} ${kind}`);
    notes.expect(kinds.length > 0, `candidates: ${kinds.join(" + ") || "none"}`);
    notes.see(`setup ${facts.setup}`);
    notes.see(`codecs: ${facts.codecs.join(" ") || "none"}`);
    notes.see(facts.isIceLite ? "ice-lite" : "full ICE");
    if (!facts.namesStream) notes.expect(false, "no stream for the voice");
    if (facts.unknownAttributes.length > 0) notes.see(`new lines: ${facts.unknownAttributes.join(" ")}`);
    const { candidates: _byKind, ...kept } = facts;
    notes.keep({ ...kept, candidates: kinds.toSorted() });
  },
};

import type { TranscriptVerification } from "@interview-proxy/protocol";
import type { Notice } from "@interview-proxy/react";
import type { ReactElement } from "react";
import { count } from "../figures.ts";

/** Whether what is kept is what was said, as the server has checked it just now. */
export function VerificationMark({
  verification = UNCHECKED,
}: {
  readonly verification: TranscriptVerification | undefined;
}): ReactElement {
  const { verdict, publicKey, erased } = verification;
  const { reason, nextStep } = verification === UNCHECKED ? NOT_CHECKED : noticeOf(verification);
  return (
    <div className="ops-mark" data-verdict={verdict}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={PATHS[verdict]} />
      </svg>
      <div>
        <p>
          <strong>{reason}</strong> {nextStep}
          {erased > 0 && ` The words of ${count(erased)} turns were erased.`}
        </p>
        {publicKey !== undefined && (
          <details>
            <summary>Its public key</summary>
            <code>{publicKey}</code>
          </details>
        )}
      </div>
    </div>
  );
}

const UNCHECKED: TranscriptVerification = { verdict: "unsigned", turns: 0, erased: 0 };

const NOT_CHECKED: Notice = {
  reason: "Not checked.",
  nextStep: "The server could not do so right now. Open it again in a moment.",
};

/** A tick, a clock's hands, a cross. */
const PATHS = {
  intact: "M5 13l4.5 4.5L19 7.5",
  unsigned: "M12 6v6.5l4 2.5",
  altered: "M6.5 6.5l11 11M17.5 6.5l-11 11",
} as const satisfies Record<TranscriptVerification["verdict"], string>;

function noticeOf({ verdict, turns, turn, problem }: TranscriptVerification): Notice {
  if (verdict === "intact")
    return { reason: "Verified.", nextStep: `All ${count(turns)} turns are as they were said, and signed.` };
  if (verdict === "unsigned")
    return { reason: "Not signed yet.", nextStep: "Nothing was altered. It is signed when the interview has ended." };
  return {
    reason: turn === undefined ? "Altered." : `Altered at turn ${turn}.`,
    nextStep: `Do not rely on it: ${problem ?? "it is not what was said"}.`,
  };
}

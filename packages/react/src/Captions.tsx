import type { Caption, InterviewSnapshot } from "@interview-proxy/client";
import type { ReactElement } from "react";

/** Props of {@link Captions}: both from the client's snapshot. */
export interface CaptionsProps {
  readonly captions: readonly Caption[];
  readonly speaking: InterviewSnapshot["speaking"];
}

const SPEAKERS: Readonly<Record<Caption["role"], string>> = {
  candidate: "You",
  interviewer: "Interviewer",
  unknown: "Unknown",
};

/**
 * What is said, to read along. Turns are read out once, when they are final: words on their way would be read out again
 * and again. Style `.captions[data-speaking]`, its lists, and `li[data-role][data-status]`.
 */
export function Captions({ captions, speaking }: CaptionsProps): ReactElement {
  const final = captions.filter(({ status }) => status !== undefined);
  const unfinished = captions.filter(({ status }) => status === undefined);
  return (
    <section className="captions" aria-label="Captions" data-speaking={nameOf(speaking)}>
      {/* Focusable, so that the list can be scrolled by keyboard, once there is something in it. */}
      <div
        className="captions-scroll"
        tabIndex={captions.length > 0 ? 0 : undefined}
        role="group"
        aria-label="What was said"
      >
        <ol aria-live="polite">
          {final.map((caption) => (
            <Turn key={caption.id} caption={caption} />
          ))}
        </ol>
        <ol aria-live="off">
          {unfinished.map((caption) => (
            <Turn key={caption.id} caption={caption} />
          ))}
        </ol>
      </div>
    </section>
  );
}

function Turn({ caption }: { readonly caption: Caption }): ReactElement {
  return (
    <li data-role={caption.role} data-status={caption.status ?? "unfinished"}>
      <strong>{SPEAKERS[caption.role]}:</strong> {caption.text} <em>{remarkOf(caption)}</em>
    </li>
  );
}

/** What the words alone do not say. */
function remarkOf({ status, text }: Caption): string | undefined {
  if (status === "interrupted") return "(interrupted)";
  if (status === "failed") return "(could not be written down)";
  if (status === "gap") return text === "" ? "(something may be missing here)" : "(incomplete)";
  return undefined;
}

function nameOf({ candidate, interviewer }: InterviewSnapshot["speaking"]): string {
  if (interviewer) return candidate ? "both" : "interviewer";
  return candidate ? "candidate" : "nobody";
}

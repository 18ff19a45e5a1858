import type { Caption } from "@interview-proxy/client";
import { type ReactElement, useLayoutEffect, useRef } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import type { InterviewMessages } from "../messages/messages.ts";
import { type Transcript, useTranscript } from "../call/use-transcript.ts";

/** So near to the end a reader is taken to follow, rather than to read what was said before. */
const FOLLOWS_WITHIN_PX = 48;

/**
 * What is said, to read along. Turns are read out once, when they are final: words on their way would be read out again
 * and again. Style `.captions[data-speaking]`, its lists, and `li[data-role][data-status]`.
 */
export function Captions(): ReactElement {
  const { labels } = useMessages();
  const { final, unfinished, speaking } = useTranscript();
  const isEmpty = final.length + unfinished.length === 0;
  const scroll = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    if (follows.current) scroll.current?.scrollTo({ top: scroll.current.scrollHeight });
  });
  return (
    <section className="captions" aria-label={labels.captions} data-speaking={nameOf(speaking)}>
      {/* Focusable, so that the list can be scrolled by keyboard, once there is something in it. */}
      <div
        ref={scroll}
        className="captions-scroll"
        tabIndex={isEmpty ? undefined : 0}
        role="group"
        aria-label={labels.whatWasSaid}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          follows.current = scrollHeight - scrollTop - clientHeight <= FOLLOWS_WITHIN_PX;
        }}
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
  const { speakers, remarks } = useMessages();
  const remark = remarkOn(caption);
  return (
    <li data-role={caption.role} data-status={caption.status ?? "unfinished"}>
      <strong>{speakers[caption.role]}:</strong> {caption.text} {remark && <em>{remarks[remark]}</em>}
    </li>
  );
}

function remarkOn({ status, text, typed }: Caption): keyof InterviewMessages["remarks"] | undefined {
  if (typed === true) return "typed";
  if (status === "interrupted" || status === "failed") return status;
  if (status === "gap") return text === "" ? "gap" : "incomplete";
  return undefined;
}

function nameOf({ candidate, interviewer }: Transcript["speaking"]): string {
  if (interviewer) return candidate ? "both" : "interviewer";
  return candidate ? "candidate" : "nobody";
}

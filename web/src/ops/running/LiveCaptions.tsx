import type { Caption } from "@interview-proxy/client/captions";
import { type ReactElement, useLayoutEffect, useRef } from "react";
import type { Said } from "./live-captions.ts";
import { remarkOn, SPEAKERS } from "../turn-words.ts";

/** So near to the end a reader is taken to follow, rather than to read what was said before. */
const FOLLOWS_WITHIN_PX = 48;

/** What is said, to read along. A turn is read out once, when it is final. */
export function LiveCaptions({ said }: { readonly said: Said }): ReactElement {
  const { captions, speaking, isLost, isRefused } = said;
  const scroll = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    if (follows.current) scroll.current?.scrollTo({ top: scroll.current.scrollHeight });
  });
  return (
    <section className="ops-captions" aria-label="Live captions">
      <h3>
        Live captions <span className="ops-speaking">{speakingWords(speaking)}</span>
      </h3>
      <div
        ref={scroll}
        className="ops-captions-scroll"
        tabIndex={0}
        role="group"
        aria-label="What is said"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          follows.current = scrollHeight - scrollTop - clientHeight <= FOLLOWS_WITHIN_PX;
        }}
      >
        {captions.length === 0 && <p className="ops-muted">Nothing was said yet.</p>}
        <ol aria-live="polite">
          {captions.filter(isFinal).map((caption) => (
            <Turn key={caption.id} caption={caption} />
          ))}
        </ol>
        <ol aria-live="off">
          {captions
            .filter((caption) => !isFinal(caption))
            .map((caption) => (
              <Turn key={caption.id} caption={caption} />
            ))}
        </ol>
      </div>
      <p role="status" className="ops-captions-line">
        {isLost && "Captions lost, reconnecting…"}
        {isRefused && "Captions cannot be followed right now. Close this interview, then open it again."}
      </p>
    </section>
  );
}

function Turn({ caption }: { readonly caption: Caption }): ReactElement {
  const remark = remarkOn(caption);
  return (
    <li data-role={caption.role} data-status={caption.status ?? "unfinished"}>
      <strong>{SPEAKERS[caption.role]}</strong> {caption.text} {remark && <em>{remark}</em>}
    </li>
  );
}

function isFinal({ status }: Caption): boolean {
  return status !== undefined;
}

function speakingWords(speaking: Said["speaking"]): string {
  if (speaking.has("interviewer") && speaking.has("candidate")) return "both speak";
  if (speaking.has("interviewer")) return "interviewer speaks";
  return speaking.has("candidate") ? "candidate speaks" : "";
}

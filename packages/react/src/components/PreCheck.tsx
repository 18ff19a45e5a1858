import type { Check, PreCheckOptions } from "@interview-proxy/client";
import { type ReactElement, useState } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import { type PreCheckRun, usePreCheck } from "../call/use-pre-check.ts";
import type { InterviewMessages, Notice } from "../messages/messages.ts";
import { problemWords } from "../messages/problem-words.ts";
import { ActionButton } from "./ActionButton.tsx";
import { Icon } from "./Icon.tsx";
import { LevelMeter } from "./LevelMeter.tsx";

/** Props of {@link PreCheck}. */
export interface PreCheckProps {
  /** What to try out, as of the first render. */
  readonly options: PreCheckOptions;
  /** Told each time that all checks are through. */
  readonly onDone?: ((checks: readonly Check[]) => void) | undefined;
}

/**
 * Tries out device and connection, and says for each what to do where it fails. Needs no provider but for the language. Style
 * `.pre-check[data-summary]` and `.pre-check li[data-check][data-status]`.
 */
export function PreCheck({ options, onDone }: PreCheckProps): ReactElement {
  const preCheck = usePreCheck(options);
  return (
    <PreCheckView
      {...preCheck}
      run={async () => {
        const checks = await preCheck.run();
        onDone?.(checks);
        return checks;
      }}
    />
  );
}

/** The same for checks that are run elsewhere: shows what `usePreCheck` returns. */
export function PreCheckView({ checks, summary, run, confirmSound }: PreCheckRun): ReactElement {
  const { labels, buttons, checkSummary } = useMessages();
  return (
    <section className="pre-check" aria-label={labels.preCheck} data-summary={summary}>
      {summary !== "none" && (
        <ol>
          {checks.map((check) => (
            <CheckItem key={check.id} check={check} onSound={confirmSound} />
          ))}
        </ol>
      )}
      {/* Always there, so that it is read out when filled. */}
      <p className="pre-check-summary" aria-live="polite">
        {summary !== "none" && checkSummary[summary]}
      </p>
      <ActionButton
        look={summary === "none" ? "primary" : undefined}
        onPress={summary === "running" ? undefined : () => void run()}
      >
        {summary === "none" || summary === "running" ? buttons.check : buttons.checkAgain}
      </ActionButton>
    </section>
  );
}

interface CheckItemProps {
  readonly check: Check;
  readonly onSound: (isHeard: boolean) => void;
}

function CheckItem({ check, onSound }: CheckItemProps): ReactElement {
  const { id, status, figures, stream } = check;
  const messages = useMessages();
  const words = findingWords(check, messages);
  return (
    <li data-check={id} data-status={status}>
      <p className="pre-check-line">
        <Icon name={status} />
        <span className="pre-check-name">{messages.checks[id]}</span>
        <span className="pre-check-status">
          {messages.checkStatus[status]}
          {figures.roundTripMs !== undefined && ` (${Math.round(figures.roundTripMs)} ms)`}
        </span>
      </p>
      {id === "microphone" && stream && <LevelMeter label={messages.labels.you} stream={stream} />}
      {id === "playback" && (status === "passed" || check.detail === "PLAYBACK_NOT_HEARD") && (
        <SoundQuestion onSound={onSound} />
      )}
      {words && (
        <p className="pre-check-finding">
          <strong>{words.reason}</strong> {words.nextStep}
        </p>
      )}
    </li>
  );
}

function findingWords({ detail, message = "", nextStep }: Check, messages: InterviewMessages): Notice | undefined {
  if (detail === undefined) return undefined;
  return problemWords({ code: detail, message, nextStep }, { ...messages, problems: messages.findings });
}

/** Only the person knows. Both buttons stay, so that a press does not take the focus away. */
function SoundQuestion({ onSound }: Pick<CheckItemProps, "onSound">): ReactElement {
  const { isSoundHeard, buttons } = useMessages();
  const [isHeard, setHeard] = useState<boolean>();
  const answer = (heard: boolean, words: string) => (
    <button
      type="button"
      className="interview-button"
      aria-pressed={isHeard === heard}
      onClick={() => {
        setHeard(heard);
        onSound(heard);
      }}
    >
      {words}
    </button>
  );
  return (
    <div className="pre-check-question" role="group" aria-label={isSoundHeard}>
      <p>{isSoundHeard}</p>
      {answer(true, buttons.yes)}
      {answer(false, buttons.no)}
    </div>
  );
}

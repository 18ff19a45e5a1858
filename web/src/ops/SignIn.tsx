import type { OperatorSession } from "@interview-proxy/protocol";
import type { Notice } from "@interview-proxy/react";
import { type FormEvent, type ReactElement, useLayoutEffect, useRef, useState } from "react";
import type { OperatorApi } from "./operator-api.ts";
import { wordsOf } from "./refusal-words.ts";

const WHY: Readonly<Record<"expired" | "left", Notice>> = {
  expired: { reason: "Your session has expired.", nextStep: "Sign in again to go on where you were." },
  left: { reason: "You have signed out.", nextStep: "Interviews go on as they were." },
};

interface SignInProps {
  readonly api: OperatorApi;
  /** Why somebody who was signed in is asked again. */
  readonly why: keyof typeof WHY | undefined;
  readonly onSignedIn: (signedIn: OperatorSession) => void;
}

/** Takes a token, sends it once, and forgets it. */
export function SignIn({ api, why, onSignedIn }: SignInProps): ReactElement {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Notice>();
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const input = field.current;
    const token = input?.value.trim() ?? "";
    if (input === null || isBusy) return;
    if (token === "") {
      setProblem({ reason: "There is no token yet.", nextStep: "Paste it into the field." });
      input.focus();
      return;
    }
    setBusy(true);
    setProblem(undefined);
    try {
      const signedIn = await api.signIn(token);
      // Out of the page before anything else is in it.
      input.value = "";
      onSignedIn(signedIn);
    } catch (error) {
      setBusy(false);
      setProblem(wordsOf(error));
      input.select();
    }
  };

  return (
    <main className="ops-sign-in">
      <h1>Interview operations</h1>
      <p className="lead">Watch, guide and end interviews as they run, and read those that are over.</p>
      <form className="card" onSubmit={(event) => void submit(event)} noValidate>
        {/* Read out with the field, which gets the focus at once. */}
        <div id="token-why">{why && problem === undefined && <NoticeText notice={WHY[why]} />}</div>
        <div className="field">
          <label htmlFor="token">Token</label>
          <input
            ref={field}
            id="token"
            type="password"
            autoComplete="off"
            spellCheck={false}
            aria-describedby="token-why token-hint"
            aria-invalid={problem !== undefined}
          />
          <p id="token-hint" className="hint">
            Of your organisation, with the scope <code>observe</code> to watch, or <code>operate</code> to act as well.
            It is sent once and not kept in this browser.
          </p>
        </div>
        <div className="problem" role="alert">
          {problem && <NoticeText notice={problem} />}
        </div>
        <button type="submit" className="interview-button primary" aria-disabled={isBusy}>
          {isBusy ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}

function NoticeText({ notice }: { readonly notice: Notice }): ReactElement {
  return (
    <p className="ops-notice">
      <strong>{notice.reason}</strong> {notice.nextStep}
    </p>
  );
}

import type { InterviewMessages, Notice } from "@interview-proxy/react";

/** What the page says itself, beside the components. */
export interface PageMessages {
  /** The other language by its own name, and what it is called in. */
  readonly otherLanguage: { readonly name: string; readonly language: "en" | "de" };
  readonly steps: {
    readonly looking: string;
    readonly welcome: string;
    readonly check: string;
    readonly interview: string;
    readonly returning: string;
    readonly done: string;
  };
  readonly stepOf: (step: number, of: number) => string;
  readonly welcome: {
    readonly lead: string;
    readonly facts: readonly string[];
    readonly consent: string;
    readonly goOn: string;
  };
  readonly check: { readonly lead: string; readonly goOn: string; readonly goOnAnyway: string };
  readonly interview: { readonly lead: string; readonly returning: string };
  readonly ending: {
    readonly title: string;
    readonly text: string;
    readonly end: string;
    readonly goOn: string;
  };
  readonly noInvitation: Notice;
  readonly tryAgain: string;
  readonly quote: string;
  readonly problem: {
    readonly open: string;
    readonly title: string;
    readonly reconnect: Notice;
    readonly reconnectButton: string;
    readonly reconnected: string;
    readonly devices: Notice;
    readonly typing: Notice;
    readonly reload: Notice;
    readonly reloadButton: string;
    readonly report: Notice;
    readonly close: string;
  };
  readonly report: {
    readonly label: string;
    readonly copy: string;
    readonly copied: string;
    readonly notCopied: string;
  };
  /** An interview that is over cannot be begun again by the same invitation. */
  readonly ends: Partial<InterviewMessages["ends"]>;
}

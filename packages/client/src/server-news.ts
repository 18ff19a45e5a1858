import { withHoles } from "./captions.ts";
import type { LiveSnapshot } from "./live-snapshot.ts";
import type { SignallingEvents } from "./signalling/signalling.ts";
import { SILENCE } from "./snapshot.ts";
import { heard } from "./talk.ts";

type News = "onState" | "onFacts" | "onTimeLeft" | "onTimeWarning" | "onTalk" | "onUnknownMessage";

/** What the server tells and a page only shows. */
export function serverNews(snapshot: LiveSnapshot, now: () => number): Pick<SignallingEvents, News> {
  const secondsFromNow = (seconds: number) => now() + seconds * 1000;
  return {
    onState(signalling) {
      snapshot.patchLine({ signalling });
      // While the line is down nobody tells who speaks, nor what.
      if (signalling === "reconnecting")
        snapshot.patch({ speaking: SILENCE, captions: withHoles(snapshot.now.captions) });
    },
    onFacts: (facts) => snapshot.patch(facts),
    onTimeLeft({ seconds, isRunning }) {
      if (isRunning) snapshot.patch({ endsAt: secondsFromNow(seconds), pausedSecondsLeft: undefined });
      else snapshot.patch({ endsAt: undefined, pausedSecondsLeft: seconds });
    },
    onTimeWarning: (seconds) => snapshot.patch({ endsAt: secondsFromNow(seconds), timeWarning: seconds }),
    onTalk: (message) => snapshot.patch(heard(snapshot.now, message)),
    onUnknownMessage: () => snapshot.patch({ unknownMessages: snapshot.now.unknownMessages + 1 }),
  };
}

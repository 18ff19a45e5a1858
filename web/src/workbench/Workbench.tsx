import { ENGLISH, GERMAN, InterviewProvider } from "@interview-proxy/react";
import { createFakeCall } from "@interview-proxy/react/testing";
import { Fragment, type ReactElement, useEffect, useRef, useState } from "react";
import type { Language } from "./samples.ts";
import { type Component, type Story, stories } from "./stories.tsx";

interface WorkbenchProps {
  readonly language: Language;
  readonly theme: "light" | "dark";
  /** The name of the one to show, and of its state; all of them where it is `null`. */
  readonly component: string | null;
  readonly state: string | null;
}

/** Every component in every state, from fake interviews: no server, no microphone. */
export function Workbench({ language, theme, component, state }: WorkbenchProps): ReactElement {
  const [all] = useState(() => stories(language));
  const shown = all.filter(({ name }) => component === null || component === name);
  const address = (change: Record<string, string>) =>
    `?${new URLSearchParams({ language, theme, ...(component !== null && { component }), ...change })}`;
  return (
    <main className="workbench">
      <h1>Workbench</h1>
      <nav aria-label="Look">
        <a href={address({ theme: theme === "dark" ? "light" : "dark" })}>{theme === "dark" ? "Light" : "Dark"}</a>
        <a href={address({ language: language === "de" ? "en" : "de" })}>{language === "de" ? "English" : "Deutsch"}</a>
        <a href={`?${new URLSearchParams({ language, theme })}`}>All components</a>
      </nav>
      {component === null && (
        <nav aria-label="Components">
          {all.map(({ name }) => (
            <a key={name} href={address({ component: name })}>
              {name}
            </a>
          ))}
        </nav>
      )}
      {shown.map((group) => (
        <Group key={group.name} component={group} state={state} language={language} />
      ))}
    </main>
  );
}

interface GroupProps extends Pick<WorkbenchProps, "language" | "state"> {
  readonly component: Component;
}

function Group({ component, state, language }: GroupProps): ReactElement {
  const shown = component.stories.filter((story) => state === null || state === story.state);
  return (
    <Fragment>
      <h2 id={component.name}>{component.name}</h2>
      <div className="stories">
        {shown.map((story) => (
          <Frame key={story.state} story={story} language={language} />
        ))}
      </div>
    </Fragment>
  );
}

function Frame({ story, language }: { readonly story: Story; readonly language: Language }): ReactElement {
  const [call] = useState(() => createFakeCall(story.snapshot?.(), story.extras));
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    if (frame.current) story.play?.(frame.current);
  }, [story]);
  return (
    <figure ref={frame} data-story={story.state}>
      <figcaption>{story.state}</figcaption>
      <InterviewProvider call={call} messages={language === "de" ? GERMAN : ENGLISH}>
        {story.component}
      </InterviewProvider>
    </figure>
  );
}

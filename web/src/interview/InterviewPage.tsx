import { type ReactElement, useLayoutEffect, useState } from "react";
import { Invited } from "./Invited.tsx";
import type { Arrival } from "./invitation-link.ts";
import { initialLanguage, keepLanguage, type Language, TEXTS } from "./language.ts";
import { PageMessagesContext, usePageMessages } from "./page-context.ts";
import { StepView } from "./StepView.tsx";

/** The page `/interview?invitation=…`, with which a candidate comes to one interview. */
export function InterviewPage({ invitation, isNew }: Arrival): ReactElement {
  const [language, setLanguage] = useState(initialLanguage);
  const { components, page } = TEXTS[language];
  useLayoutEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choose = (next: Language) => {
    keepLanguage(next);
    setLanguage(next);
  };
  return (
    <PageMessagesContext value={page}>
      <header className="candidate-header">
        <LanguageButton onChoose={choose} />
      </header>
      <main className="candidate">
        {invitation === undefined ? (
          <WithoutInvitation />
        ) : (
          <Invited invitation={invitation} isNew={isNew} messages={components} />
        )}
      </main>
    </PageMessagesContext>
  );
}

function LanguageButton({ onChoose }: { readonly onChoose: (language: Language) => void }): ReactElement {
  const { name, language } = usePageMessages().otherLanguage;
  return (
    <button type="button" className="interview-button" lang={language} onClick={() => onChoose(language)}>
      {name}
    </button>
  );
}

function WithoutInvitation(): ReactElement {
  const { reason, nextStep } = usePageMessages().noInvitation;
  return (
    <StepView title={reason}>
      <p>{nextStep}</p>
    </StepView>
  );
}

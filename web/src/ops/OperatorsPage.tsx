import type { OperatorSession } from "@interview-proxy/protocol";
import { type ReactElement, useEffect, useState } from "react";
import type { OperatorApi } from "./operator-api.ts";
import { Console } from "./Console.tsx";
import { SignIn } from "./SignIn.tsx";

type Visit =
  | { readonly step: "looking" }
  | { readonly step: "signed-out"; readonly why?: "expired" | "left" }
  | { readonly step: "signed-in"; readonly signedIn: OperatorSession };

/** The page `/ops`: whoever runs interviews watches, guides, ends and reads them here. */
export function OperatorsPage({ api }: { readonly api: OperatorApi }): ReactElement {
  const [visit, setVisit] = useState<Visit>({ step: "looking" });
  useEffect(() => {
    let isShown = true;
    const show = (next: Visit) => isShown && setVisit(next);
    api.whoAmI().then(
      (signedIn) => show({ step: "signed-in", signedIn }),
      () => show({ step: "signed-out" }),
    );
    api.onExpired(() => show({ step: "signed-out", why: "expired" }));
    return () => {
      isShown = false;
    };
  }, [api]);
  if (visit.step === "looking")
    return <main className="ops-looking" aria-busy="true" aria-label="Interview operations" />;
  if (visit.step === "signed-out")
    return <SignIn api={api} why={visit.why} onSignedIn={(signedIn) => setVisit({ step: "signed-in", signedIn })} />;
  return (
    <Console
      api={api}
      operator={visit.signedIn.operator}
      onSignedOut={() => setVisit({ step: "signed-out", why: "left" })}
    />
  );
}

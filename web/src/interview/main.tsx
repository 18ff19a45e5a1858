import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { takeInvitation } from "./invitation-link.ts";
import { InterviewPage } from "./InterviewPage.tsx";

// Before anything is rendered or asked for, so that the invitation is out of the address when the first request leaves.
const arrival = takeInvitation();
const root = document.querySelector("#root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <InterviewPage {...arrival} />
    </StrictMode>,
  );
}

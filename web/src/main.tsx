import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { SimpleWebRtcTest } from "./SimpleWebRtcTest.tsx";

const root = document.querySelector("#root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <SimpleWebRtcTest />
    </StrictMode>,
  );
}

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { OperatorsPage } from "./OperatorsPage.tsx";
import { OperatorApi } from "./operator-api.ts";

const root = document.querySelector("#root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <OperatorsPage api={new OperatorApi()} />
    </StrictMode>,
  );
}

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Workbench } from "./Workbench.tsx";

const root = document.querySelector("#root");
const query = new URLSearchParams(location.search);
const language = query.get("language") === "de" ? "de" : "en";
const theme = query.get("theme") === "dark" ? "dark" : "light";

document.documentElement.dataset.theme = theme;
document.documentElement.lang = language;
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Workbench language={language} theme={theme} component={query.get("component")} state={query.get("state")} />
    </StrictMode>,
  );
}

import { createContext, useContext } from "react";
import { ENGLISH_PAGE } from "./english-page.ts";
import type { PageMessages } from "./page-messages.ts";

export const PageMessagesContext = createContext<PageMessages>(ENGLISH_PAGE);

/** The page's own texts in the chosen language. */
export function usePageMessages(): PageMessages {
  return useContext(PageMessagesContext);
}

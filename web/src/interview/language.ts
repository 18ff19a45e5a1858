import { ENGLISH, GERMAN, type InterviewMessages } from "@interview-proxy/react";
import { ENGLISH_PAGE } from "./english-page.ts";
import { GERMAN_PAGE } from "./german-page.ts";
import type { PageMessages } from "./page-messages.ts";

/** The tab's, so that a reload keeps what was chosen. */
const KEY = "language";

export type Language = "en" | "de";

/** A language's texts: those of the components, with the page's own words for what is different with an invitation, and the page's. */
export interface Texts {
  readonly components: InterviewMessages;
  readonly page: PageMessages;
}

export const TEXTS: Readonly<Record<Language, Texts>> = {
  en: { components: { ...ENGLISH, ends: { ...ENGLISH.ends, ...ENGLISH_PAGE.ends } }, page: ENGLISH_PAGE },
  de: { components: { ...GERMAN, ends: { ...GERMAN.ends, ...GERMAN_PAGE.ends } }, page: GERMAN_PAGE },
};

/** What was chosen in this tab, else the first of the browser's languages that there is. */
export function initialLanguage(): Language {
  const wanted = [readKept(), ...navigator.languages.map((language) => language.slice(0, 2))];
  return wanted.find(isLanguage) ?? "en";
}

export function keepLanguage(language: Language): void {
  try {
    sessionStorage.setItem(KEY, language);
  } catch {
    // Browsers that keep nothing do without.
  }
}

function readKept(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function isLanguage(text: string | null): text is Language {
  return text === "en" || text === "de";
}

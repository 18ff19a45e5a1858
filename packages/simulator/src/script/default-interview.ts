import { fileURLToPath } from "node:url";
import { type InterviewScript, loadInterviewScript } from "./interview-script.ts";

/** The same path from `src` and from `dist`. */
const FILE = new URL("../../assets/default-interview.yaml", import.meta.url);

/** The built-in interview of five questions, whose lines are all recorded. */
export function loadDefaultInterview(): Promise<InterviewScript> {
  return loadInterviewScript(fileURLToPath(FILE));
}

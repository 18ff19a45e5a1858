import { InterviewError, type InterviewProblem } from "@interview-proxy/client";

/** What went wrong. Anything but the client's own errors is a fault of the page. */
export function problemOf(error: unknown): InterviewProblem {
  if (error instanceof InterviewError) return error.problem;
  const nextStep = "Reload it and try again.";
  return { code: "INTERNAL", message: "Something went wrong in this page.", nextStep, retryable: true };
}

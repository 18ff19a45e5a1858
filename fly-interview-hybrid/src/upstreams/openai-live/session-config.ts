import type { MediaSessionConfig, ResponsesDelegationConfig } from "openai/resources/live/live";
import type { CallPlan, CreateCall } from "../upstream.ts";
import { toPermissions } from "./channel-permissions.ts";
import { toInput } from "./history.ts";

/** Fields that a service may not know, and then refuses. */
export type OptionalField = "client" | "safety_identifier" | "store";

export interface SessionOptions {
  /** Uses the interviewer's tools in its place. */
  readonly delegationModel: string;
  readonly leavesOut: readonly OptionalField[];
}

/** The session part of the create: all of it is settled here, for the whole call. */
export function toSessionConfig(
  { plan, conversation, channel, safetyIdentifier }: Omit<CreateCall, "offerSdp">,
  { delegationModel, leavesOut }: SessionOptions,
): MediaSessionConfig {
  const takes = (field: OptionalField): boolean => !leavesOut.includes(field);
  return {
    model: plan.model,
    instructions: toInstructions(plan),
    audio: { output: { voice: plan.voice } },
    ...(conversation !== undefined && { input: toInput(conversation) }),
    delegation: {
      type: "responses",
      responses: toBackend(plan, delegationModel),
      acknowledgement_delay_ms: ACKNOWLEDGE_AFTER_MS,
    },
    ...(takes("client") && { client: { data_channel: toPermissions(channel) } }),
    ...(takes("safety_identifier") && { safety_identifier: safetyIdentifier }),
    ...(takes("store") && { store: false }),
  };
}

/** Tools take less. Without it the candidate would hear of each of them. */
const ACKNOWLEDGE_AFTER_MS = 5000;

/** The voice model has no tools: it hands tasks to another model that has them, and has to know which there are. */
function toInstructions({ instructions, tools }: CallPlan): string {
  const tasks = tools.map(({ name, description }) => `- ${name}: ${description}`);
  return [
    instructions,
    `A silent assistant works for you. These are the tasks that you can delegate to it, and the only ones:\n${tasks.join("\n")}`,
    "Delegate without a word about it. Never mention the assistant, these tasks or what comes of them to the candidate.",
  ].join("\n\n");
}

const BACKEND_INSTRUCTIONS =
  "You are the silent assistant of an interviewer. For each task that is delegated to you, call the one tool that it is for, once, with what the interviewer said about it. Do nothing else. When the tool has answered, reply with the one word: done.";

function toBackend({ tools }: CallPlan, model: string): ResponsesDelegationConfig {
  return {
    model,
    instructions: BACKEND_INSTRUCTIONS,
    tools: tools.map(({ name, description, parameters }) => ({
      type: "function",
      name,
      description,
      parameters: { ...parameters },
    })),
    tool_choice: "auto",
  };
}

// Writes the generated parts of docs/: messages, HTTP bodies, errors and settings, from the code that defines them.
// With --check it writes nothing and fails where a part is stale. Reads the sources, so it runs through tsx.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import * as protocol from "@interview-proxy/protocol";
import * as z from "zod/mini";
import { settings } from "../fly-interview-hybrid/src/config/settings.ts";
import { SDP_RULES } from "../fly-interview-hybrid/src/sdp/rules.ts";
import { typeText } from "../fly-interview-hybrid/src/doors/reference/type-text.ts";

const parts = {
  "client-messages": () => Object.values(protocol.clientMessageSchemas).map(messageBlock).join("\n"),
  "server-messages": () => protocol.serverMessageSchema.def.options.map(messageBlock).join("\n"),
  "sdp-exchange-request": () => codeBlock(protocol.sdpExchangeRequestSchema),
  "sdp-exchange-response": () => codeBlock(protocol.sdpExchangeResponseSchema),
  "pre-check-request": () => codeBlock(z.nonoptional(protocol.preCheckRequestSchema)),
  "pre-check": () => codeBlock(protocol.preCheckSchema),
  "test-call-request": () => codeBlock(protocol.testCallRequestSchema),
  "test-call": () => codeBlock(protocol.testCallSchema),
  "create-session-request": () => codeBlock(protocol.createSessionRequestSchema),
  "session-ticket": () => codeBlock(protocol.sessionTicketSchema),
  "create-invitation-request": () => codeBlock(protocol.createInvitationRequestSchema),
  "created-invitation": () => codeBlock(protocol.createdInvitationSchema),
  "redeem-invitation-request": () => codeBlock(protocol.redeemInvitationRequestSchema),
  "list-invitations-query": () => codeBlock(protocol.listInvitationsQuerySchema),
  "invitation-list": () => codeBlock(protocol.invitationListSchema),
  "erase-person-query": () => codeBlock(protocol.erasePersonQuerySchema),
  "erased-person": () => codeBlock(protocol.erasedPersonSchema),
  "list-sessions-query": () => codeBlock(protocol.listSessionsQuerySchema),
  "session-list": () => codeBlock(protocol.sessionListSchema),
  "session-details": () => codeBlock(protocol.sessionDetailsSchema),
  "guidance-request": () => codeBlock(protocol.guidanceRequestSchema),
  "end-session-request": () => codeBlock(protocol.endSessionRequestSchema),
  "usage-query": () => codeBlock(protocol.usageQuerySchema),
  "usage-reply": () => codeBlock(protocol.usageReplySchema),
  "operator-session": () => codeBlock(protocol.operatorSessionSchema),
  "running-session": () => codeBlock(protocol.runningSessionSchema),
  "operator-events": () => protocol.operatorEventSchema.def.options.map(messageBlock).join("\n"),
  "transcript-verification": () => codeBlock(protocol.transcriptVerificationSchema),
  "webhook-events": () => protocol.webhookEventSchema.def.options.map(messageBlock).join("\n"),
  "list-dead-letters-query": () => codeBlock(protocol.listDeadLettersQuerySchema),
  "dead-letter-list": () => codeBlock(protocol.deadLetterListSchema),
  "create-tenant-request": () => codeBlock(protocol.createTenantRequestSchema),
  tenant: () => codeBlock(protocol.tenantSchema),
  errors: errorTable,
  "sdp-rules": sdpRuleTable,
  settings: settingsTable,
};

const marked = /(<!-- generated: ([a-z-]+) -->\n)[\s\S]*?(<!-- end -->)/g;

process.exitCode = writeAll(process.argv.includes("--check"));

function writeAll(checkOnly) {
  const unused = new Set(Object.keys(parts));
  const stale = [];
  for (const name of readdirSync("docs").filter((file) => file.endsWith(".md"))) {
    const file = join("docs", name);
    const before = readFileSync(file, "utf8");
    const filled = before.replace(marked, (_match, open, part, close) => {
      unused.delete(part);
      return `${open}\n${parts[part]()}\n${close}`;
    });
    const after = formatted(file, filled);
    if (after === before) continue;
    stale.push(file);
    if (!checkOnly) writeFileSync(file, after);
  }

  for (const part of unused) console.error(`no document has a place for the generated part "${part}"`);
  if (checkOnly) for (const file of stale) console.error(`${file} is stale: run npm run docs`);
  return unused.size > 0 || (checkOnly && stale.length > 0) ? 1 : 0;
}

/** The formatter aligns tables, so what is written here must be what it would make of it. */
function formatted(file, text) {
  return execFileSync("node_modules/.bin/biome", ["format", `--stdin-file-path=${file}`], {
    input: text,
    encoding: "utf8",
  });
}

function messageBlock(schema) {
  const { const: type } = z.toJSONSchema(schema).properties.type;
  return `#### \`${type}\`\n\n${codeBlock(schema)}`;
}

function codeBlock(schema) {
  return `\`\`\`ts\n${typeText(z.toJSONSchema(schema))}\n\`\`\`\n`;
}

function errorTable() {
  const rows = Object.entries(protocol.ERRORS).map(([code, { http, close, retryable, message }]) =>
    row([`\`${code}\``, http, close, retryable ? "yes" : "no", message]),
  );
  return table(["code", "HTTP", "close", "retryable", "message"], rows);
}

function sdpRuleTable() {
  return table(
    ["rule", "broken when"],
    Object.entries(SDP_RULES).map(([name, meaning]) => row([`\`${name}\``, meaning])),
  );
}

function settingsTable() {
  const rows = Object.entries(settings).map(([name, { default: preset, expects, description }]) =>
    row([`\`${name}\``, preset === undefined ? "none" : `\`${preset}\``, expects, description]),
  );
  return table(["name", "default", "must be", "meaning"], rows);
}

function table(head, rows) {
  return `${[row(head), row(head.map(() => "---")), ...rows].join("\n")}\n`;
}

function row(cells) {
  return `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
}

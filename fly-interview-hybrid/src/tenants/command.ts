import {
  changeTenantRequestSchema,
  createTenantRequestSchema,
  fieldAtFault,
  rotateKeyRequestSchema,
} from "@interview-proxy/protocol";
import type * as z from "zod/mini";
import { invalidField } from "../errors.ts";
import type { Administration } from "./administration.ts";

export const TENANT_USAGE = `npm run tenant -- COMMAND
  create ID [NAME=VALUE…]           makes a tenant; NAME is a setting, VALUE its JSON or plain text, - reads it from stdin
  list                              all tenants
  show ID                           one tenant; secrets are never shown
  set ID NAME=VALUE…                changes settings; NAME= takes one out
  rotate-key ID                     reads another key for the voice service from stdin
  disable ID | enable ID            ends what runs and lets nobody in; or lets them in again
  add-service-token ID              prints a token for the tenant's backend, this once
  remove-service-token ID TOKEN-ID
  export ID                         prints everything about a tenant, as lines of JSON
  delete ID                         erases everything of a tenant that is disabled
  audit [ID]                        the latest administrative acts
  rotate-master-key                 seals all secrets under the first key of TENANTS_MASTER_KEY
`;

/** Acts that one look at the log shows. */
const SHOWN_ACTS = 100;

export interface CommandNeeds {
  readonly administration: Administration;
  /** Under which name what is done is in the audit log. */
  readonly actor: string;
  readonly readStdin: () => Promise<string>;
  readonly print: (text: string) => void;
}

/** Does what a command line says; false where it says nothing that can be done. Throws as {@link Administration} does. */
export async function runTenantCommand(
  [command = "", id = "", ...rest]: readonly string[],
  { administration, actor, readStdin, print }: CommandNeeds,
): Promise<boolean> {
  const show = (value: unknown): void => print(`${JSON.stringify(value, null, 2)}\n`);
  const settings = (): Promise<Record<string, unknown>> => readSettings(rest, readStdin);
  const ofTenant: Readonly<Record<string, () => Promise<void>>> = {
    create: async () =>
      show(await administration.create(actor, parse(createTenantRequestSchema, { id, ...(await settings()) }))),
    show: async () => show(await administration.show(id)),
    set: async () => show(await administration.change(actor, id, parse(changeTenantRequestSchema, await settings()))),
    "rotate-key": async () => {
      const request = parse(rotateKeyRequestSchema, { apiKey: await readStdin() });
      show(await administration.rotateKey(actor, id, request));
    },
    disable: async () => show(await administration.setStatus(actor, id, "disabled")),
    enable: async () => show(await administration.setStatus(actor, id, "active")),
    "add-service-token": async () => show(await administration.addServiceToken(actor, id)),
    "remove-service-token": () => administration.removeServiceToken(actor, id, rest[0] ?? ""),
    export: async () => {
      for await (const line of await administration.export(actor, id)) print(line);
    },
    delete: () => administration.remove(actor, id),
  };
  const ofAll: Readonly<Record<string, () => Promise<void>>> = {
    list: async () => show(await administration.list()),
    audit: async () => {
      const { entries } = await administration.acts({ tenant: id === "" ? undefined : id, limit: SHOWN_ACTS });
      show(entries);
    },
    "rotate-master-key": async () => print(`${await administration.rotateMasterKey(actor)} tenants\n`),
  };
  const run = ofAll[command] ?? (id === "" ? undefined : ofTenant[command]);
  await run?.();
  return run !== undefined;
}

async function readSettings(
  words: readonly string[],
  readStdin: () => Promise<string>,
): Promise<Record<string, unknown>> {
  const entries = await Promise.all(
    words.map(async (word) => {
      const [, name = "", text = ""] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
      if (name === "") throw invalidField("");
      return [name, text === "-" ? await readStdin() : toValue(text)] as const;
    }),
  );
  return Object.fromEntries(entries);
}

/** What is no JSON is taken as it stands, so that plain words need no quotes. */
function toValue(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function parse<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidField(fieldAtFault(result.error.issues));
}

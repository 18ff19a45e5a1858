import type { ChangeTenantRequest } from "@interview-proxy/protocol";
import type { Config } from "../config/config.ts";
import { invalidField } from "../errors.ts";
import { issuerKey, type StoredTenant, type TenantSecrets } from "./stored-tenant.ts";
import { ownServer } from "./tenant.ts";

/** For so long calls that were made elsewhere may still have to be hung up there: the longest session, and a day for hang-ups. In milliseconds. */
const FORMER_SERVER_MS = 2 * 86_400_000;

export type OwnSettings = Pick<StoredTenant, "settings" | "secrets">;

type Issuers = NonNullable<ChangeTenantRequest["issuers"]>;

/** A tenant's settings with a change in them; `null` takes one out. */
export function applyChange(
  before: OwnSettings,
  request: ChangeTenantRequest,
  { config, now }: { readonly config: Config; readonly now: number },
): OwnSettings {
  const { apiKey, sidebandApiKey, webhookSecrets, issuers, ...open } = request;
  const settings = merge(before.settings, open);
  const secrets: TenantSecrets = merge(before.secrets, { apiKey, sidebandApiKey, webhookSecrets });
  const next =
    issuers === undefined
      ? { settings, secrets }
      : {
          settings: { ...settings, issuers: (issuers ?? []).map(({ secret: _secret, ...issuer }) => issuer) },
          secrets: { ...secrets, issuerSecrets: secretsOf(issuers ?? [], before.secrets.issuerSecrets) },
        };
  return noteFormerServer(before, next, { config, now });
}

function merge<T extends object>(before: T, change: { readonly [K in keyof T]?: T[K] | null | undefined }): T {
  const after = { ...before };
  for (const name of Object.keys(change) as (keyof T)[]) {
    const value = change[name];
    if (value === null) delete after[name];
    else if (value !== undefined) after[name] = value;
  }
  return after;
}

/** An issuer that is named without a secret or a key set keeps its secret. */
function secretsOf(issuers: Issuers, before: TenantSecrets["issuerSecrets"]): TenantSecrets["issuerSecrets"] {
  const secrets = issuers.map((issuer) => {
    const key = issuerKey(issuer);
    const secret = issuer.secret ?? (issuer.jwksUrl === undefined ? before[key] : undefined);
    if ((secret === undefined) === (issuer.jwksUrl === undefined)) throw invalidField("issuers");
    return [key, secret] as const;
  });
  return Object.fromEntries(secrets.flatMap(([key, secret]) => (secret === undefined ? [] : [[key, secret]])));
}

/** Calls that run are still where they were made, and may be known to no other key. */
function noteFormerServer(
  before: OwnSettings,
  next: OwnSettings,
  { config, now }: { readonly config: Config; readonly now: number },
): OwnSettings {
  const former = ownServer(before, config);
  if (former === undefined || JSON.stringify(former) === JSON.stringify(ownServer(next, config))) return next;
  const formerServer = { server: former, until: now + FORMER_SERVER_MS };
  return { ...next, secrets: { ...next.secrets, formerServer } };
}

/** Throws INVALID_MESSAGE with the setting that contradicts the others, or the server's. */
export function checkSettings({ settings, secrets }: OwnSettings, config: Config): void {
  const { voices, models, personas = [], voice, model, issuers = [] } = settings;
  // The server's own key goes nowhere but where the server's settings say.
  if (settings.baseUrl !== undefined && secrets.apiKey === undefined) throw invalidField("baseUrl");
  if (secrets.sidebandApiKey !== undefined && secrets.apiKey === undefined) throw invalidField("sidebandApiKey");
  if (voice !== undefined && voices?.includes(voice) === false) throw invalidField("voice");
  if (model !== undefined && models?.includes(model) === false) throw invalidField("model");
  if (personas.some((persona) => persona.voice !== undefined && voices?.includes(persona.voice) === false))
    throw invalidField("personas");
  if (new Set(personas.map(({ name }) => name)).size < personas.length) throw invalidField("personas");
  if (new Set(issuers.map(issuerKey)).size < issuers.length) throw invalidField("issuers");
  // Whose tokens they are would not show.
  if (issuers.some(({ issuer }) => issuer === config.JWT_ISSUER)) throw invalidField("issuers");
  const { webhookUrls = [] } = settings;
  if (webhookUrls.length > 0 && (secrets.webhookSecrets ?? []).length === 0) throw invalidField("webhookUrls");
  if (webhookUrls.some((url) => url.startsWith("http:")) && !config.WEBHOOK_PRIVATE_ADDRESSES)
    throw invalidField("webhookUrls");
  if (config.NODE_ENV !== "production") return;
  if (settings.baseUrl?.startsWith("http:") === true) throw invalidField("baseUrl");
  if (issuers.some(({ jwksUrl }) => jwksUrl?.startsWith("http:") === true)) throw invalidField("issuers");
}

import type { TenantSettings } from "@interview-proxy/protocol";
import { DEFAULT_TENANT, SIMULATION_TENANT } from "../tenant-ids.ts";
import type { Config } from "../config/config.ts";
import { issuerKey, type OwnServer, type StoredTenant } from "./stored-tenant.ts";

/** Whose tokens are a tenant's. */
export interface Issuer {
  readonly issuer: string;
  readonly audience: string | undefined;
  readonly secret: string | undefined;
  readonly jwksUrl: string | undefined;
}

export type Persona = NonNullable<TenantSettings["personas"]>[number];

/** An organisation, as the rules see it. Frozen: a change makes another one. */
export interface Tenant {
  readonly id: string;
  /** False: nobody gets in, and nothing runs. */
  readonly isActive: boolean;
  /** The server's settings, with the tenant's own in their place. */
  readonly config: Config;
  /** Where its calls are made; `undefined`: where the server's settings say. */
  readonly server: OwnServer | undefined;
  /** Where they were made until lately. */
  readonly formerServer: OwnServer | undefined;
  readonly issuers: readonly Issuer[];
  readonly serviceTokens: readonly { readonly id: string; readonly hash: string }[];
  readonly personas: readonly Persona[];
  /** `undefined`: any. */
  readonly voices: readonly string[] | undefined;
  readonly models: readonly string[] | undefined;
  /** Sessions that one person may begin within an hour. */
  readonly sessionsPerHour: number | undefined;
  /** Where it is told what happens to its sessions. */
  readonly webhooks: { readonly urls: readonly string[]; readonly secrets: readonly string[] };
  /** What its calls may use up in a month, all together. */
  readonly monthly: NonNullable<TenantSettings["limits"]>["monthly"];
}

/** Gives the tenant of an id, as it is now. One that is unknown is as one that was disabled. */
export type TenantOf = (id: string) => Tenant;

/** A tenant of the environment's: the default one, or that of the simulation. */
export function serverTenant(id: string, config: Config): Tenant {
  return {
    id,
    isActive: id === DEFAULT_TENANT || id === SIMULATION_TENANT,
    config,
    server: undefined,
    formerServer: undefined,
    issuers: [],
    serviceTokens: [],
    personas: [],
    voices: undefined,
    models: undefined,
    webhooks:
      id === DEFAULT_TENANT
        ? { urls: [...new Set(config.WEBHOOK_URLS)], secrets: config.WEBHOOK_SECRET ?? [] }
        : { urls: [], secrets: [] },
    sessionsPerHour: undefined,
    monthly: undefined,
  };
}

/** A tenant of the records, over the server's settings. */
export function toTenant({ record, settings, secrets }: StoredTenant, server: Config, now: number): Tenant {
  const former = secrets.formerServer;
  return {
    id: record.id,
    isActive: record.status === "active",
    config: configOf({ settings, secrets }, server),
    server: ownServer({ settings, secrets }, server),
    formerServer: former !== undefined && former.until > now ? former.server : undefined,
    issuers: (settings.issuers ?? []).map(({ issuer, audience, jwksUrl }) => ({
      issuer,
      audience,
      jwksUrl,
      secret: secrets.issuerSecrets[issuerKey({ issuer, audience })],
    })),
    serviceTokens: settings.serviceTokens,
    personas: settings.personas ?? [],
    voices: settings.voices,
    models: settings.models,
    webhooks: { urls: [...new Set(settings.webhookUrls)], secrets: secrets.webhookSecrets ?? [] },
    sessionsPerHour: settings.limits?.sessionsPerPersonAndHour,
    monthly: settings.limits?.monthly,
  };
}

/** All by which it is known whether a token is of the tenant's people or backends. */
export function credentialsOf({ config, issuers, serviceTokens }: Tenant): unknown {
  const { SERVICE_TOKEN, JWT_SECRET, JWT_JWKS_URL, JWT_ISSUER, JWT_AUDIENCE } = config;
  return [SERVICE_TOKEN, JWT_SECRET, JWT_JWKS_URL, JWT_ISSUER, JWT_AUDIENCE, issuers, serviceTokens];
}

type Own = Pick<StoredTenant, "settings" | "secrets">;

/** The voice service of a tenant that has a key of its own; the server's key goes nowhere but where the server's settings say. */
export function ownServer({ settings, secrets }: Own, server: Config): OwnServer | undefined {
  const { apiKey, sidebandApiKey } = secrets;
  if (apiKey === undefined) return undefined;
  const { baseUrl, upstreamAuth, organization, project } = settings;
  return {
    baseUrl: (baseUrl ?? server.OPENAI_BASE_URL).replace(/(?<!\/)\/+$/, ""),
    upstreamAuth: upstreamAuth ?? server.UPSTREAM_AUTH,
    organization,
    project,
    apiKey,
    sidebandApiKey,
  };
}

function configOf({ settings, secrets }: Own, server: Config): Config {
  const { limits } = settings;
  // Where the create limits nothing, nothing else keeps a page from doing whatever the server can.
  const dataChannel = server.LIVE_LEAVES_OUT?.includes("client") === true ? "sealed" : settings.dataChannel;
  const own = {
    VOICE_MODEL: settings.model,
    VOICE: settings.voice,
    INTERVIEW_INSTRUCTIONS: settings.instructions,
    ALLOWED_ORIGINS: settings.allowedOrigins,
    MAX_SESSIONS: limits?.concurrentSessions,
    MAX_SESSIONS_PER_PERSON: limits?.sessionsPerPerson,
    MAX_SESSION_SECONDS: limits?.secondsPerSession,
    RETENTION_DAYS: settings.retentionDays,
    CLIENT_SESSION: settings.clientSession,
    DATA_CHANNEL: dataChannel === undefined ? undefined : dataChannel === "sealed" ? "sealed" : "open",
    LIVE_REVEAL_SESSION: dataChannel === undefined ? undefined : dataChannel === "revealing",
    SAFETY_IDENTIFIER_KEY: secrets.safetyIdentifierKey,
  } satisfies { readonly [N in keyof Config]?: Config[N] | undefined };
  const set = Object.entries(own).filter(([, value]) => value !== undefined);
  return Object.freeze({ ...server, ...Object.fromEntries(set) });
}

import { Readable } from "node:stream";
import {
  auditListSchema,
  auditQuerySchema,
  changeTenantRequestSchema,
  createTenantRequestSchema,
  type ErrorCode,
  rotateKeyRequestSchema,
  serviceTokenSchema,
  tenantListSchema,
  tenantSchema,
} from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import * as z from "zod/mini";
import type { DoorNeeds } from "../needs.ts";
import { administrator } from "../operations/access.ts";
import { LOCATION, ofId } from "../operations/operation.ts";
import { serveOn } from "../operations/serve.ts";
import { toPageSize } from "./read-input.ts";

/** What a change of a tenant may come to. */
const CHANGE_ERRORS = [
  "TENANT_NOT_FOUND",
  "TENANT_CONFLICT",
  "MASTER_KEY_MISSING",
] as const satisfies readonly ErrorCode[];

/** Tenants, as whoever runs the server administers them, and the log of what was done. */
export function addTenantRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { administration } = needs;
  const serve = serveOn(app, needs);

  serve(
    {
      method: "POST",
      path: "/tenants",
      id: "createTenant",
      summary: "Creates a tenant",
      by: administrator,
      body: createTenantRequestSchema,
      example: { id: "acme", allowedOrigins: ["https://jobs.acme.example"], limits: { concurrentSessions: 20 } },
      replies: { 201: tenantSchema },
      replyHeaders: LOCATION,
      errors: ["TENANT_CONFLICT", "MASTER_KEY_MISSING"],
    },
    async ({ caller, body, reply }) => {
      const tenant = await administration.create(caller, body);
      void reply.header("location", `/api/tenants/${tenant.id}`);
      return tenant;
    },
  );

  serve(
    {
      method: "GET",
      path: "/tenants",
      id: "listTenants",
      summary: "Lists tenants by their ids",
      by: administrator,
      replies: { 200: tenantListSchema },
    },
    async () => ({ tenants: [...(await administration.list())] }),
  );

  serve(
    {
      method: "GET",
      path: "/tenants/:id",
      id: "getTenant",
      summary: "Describes a tenant; of its secrets, the names",
      by: administrator,
      params: ofId,
      replies: { 200: tenantSchema },
      errors: ["TENANT_NOT_FOUND"],
    },
    async ({ params }) => administration.show(params.id),
  );

  serve(
    {
      method: "PATCH",
      path: "/tenants/:id",
      id: "changeTenant",
      summary: "Changes settings of a tenant, for sessions to come",
      description: "Each setting is set as a whole; null: as the server's own settings have it.",
      by: administrator,
      params: ofId,
      body: changeTenantRequestSchema,
      example: { retentionDays: 90, voices: null },
      replies: { 200: tenantSchema },
      errors: CHANGE_ERRORS,
    },
    async ({ caller, params, body }) => administration.change(caller, params.id, body),
  );

  serve(
    {
      method: "POST",
      path: "/tenants/:id/key",
      id: "rotateTenantKey",
      summary: "Gives a tenant another key for the voice service",
      by: administrator,
      params: ofId,
      body: rotateKeyRequestSchema,
      example: { apiKey: "sk-example" },
      replies: { 200: tenantSchema },
      errors: CHANGE_ERRORS,
    },
    async ({ caller, params, body }) => administration.rotateKey(caller, params.id, body),
  );

  for (const { act, status, summary } of [
    { act: "disable", status: "disabled", summary: "Disables a tenant: nobody gets in, and what runs is ended" },
    { act: "enable", status: "active", summary: "Enables a tenant that was disabled" },
  ] as const) {
    serve(
      {
        method: "POST",
        path: `/tenants/:id/${act}`,
        id: `${act}Tenant`,
        summary,
        by: administrator,
        params: ofId,
        replies: { 200: tenantSchema },
        errors: CHANGE_ERRORS,
      },
      async ({ caller, params }) => {
        const tenant = await administration.setStatus(caller, params.id, status);
        // Other machines see it within a second; this one need not wait.
        needs.sessions.endDisabled();
        return tenant;
      },
    );
  }

  serve(
    {
      method: "POST",
      path: "/tenants/:id/service-tokens",
      id: "addServiceToken",
      summary: "Makes a service token for a tenant's backend",
      description: "The token is told this once, and kept as a hash.",
      by: administrator,
      params: ofId,
      replies: { 201: serviceTokenSchema },
      errors: CHANGE_ERRORS,
    },
    async ({ caller, params }) => administration.addServiceToken(caller, params.id),
  );

  serve(
    {
      method: "DELETE",
      path: "/tenants/:id/service-tokens/:tokenId",
      id: "removeServiceToken",
      summary: "Removes a service token: it opens nothing any more",
      by: administrator,
      params: z.object({ id: z.string(), tokenId: z.string() }),
      replies: { 204: null },
      errors: [...CHANGE_ERRORS, "NOT_FOUND"],
    },
    async ({ caller, params }) => administration.removeServiceToken(caller, params.id, params.tokenId),
  );

  serve(
    {
      method: "GET",
      path: "/tenants/:id/export",
      id: "exportTenant",
      summary: "Exports everything of a tenant, a JSON object a line",
      by: administrator,
      params: ofId,
      replies: { 200: { "application/x-ndjson": z.string() } },
      errors: ["TENANT_NOT_FOUND"],
    },
    async ({ caller, params, reply }) => {
      const lines = await administration.export(caller, params.id);
      return reply.type("application/x-ndjson; charset=utf-8").send(Readable.from(lines));
    },
  );

  serve(
    {
      method: "DELETE",
      path: "/tenants/:id",
      id: "deleteTenant",
      summary: "Deletes a disabled tenant with all that it has",
      by: administrator,
      params: ofId,
      replies: { 204: null },
      errors: ["TENANT_NOT_FOUND", "TENANT_ACTIVE"],
    },
    async ({ caller, params }) => administration.remove(caller, params.id),
  );

  serve(
    {
      method: "GET",
      path: "/audit",
      id: "listActs",
      summary: "Lists administrative acts, newest first",
      by: administrator,
      query: auditQuerySchema,
      replies: { 200: auditListSchema },
    },
    async ({ query }) => {
      const before = query.cursor === undefined ? undefined : Number(query.cursor);
      return administration.acts({ tenant: query.tenant, before, limit: toPageSize(query) });
    },
  );
}

import { Readable } from "node:stream";
import {
  type AuditList,
  auditQuerySchema,
  changeTenantRequestSchema,
  createTenantRequestSchema,
  rotateKeyRequestSchema,
  type ServiceTokenReply,
  type TenantList,
  type TenantReply,
} from "@interview-proxy/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { DEFAULT_TENANT } from "../../auth/principal.ts";
import { ProxyError } from "../../errors.ts";
import type { DoorNeeds } from "../needs.ts";
import { principalOf } from "./callers.ts";
import { readInput } from "./read-input.ts";

/** Acts of a page, where the query does not say. */
const DEFAULT_PAGE = 50;

interface OfTenant {
  Params: { id: string };
}

/** Tenants, as whoever runs the server administers them, and the log of what was done. */
export function addTenantRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { administration } = needs;
  const actorOf = (request: FastifyRequest): Promise<string> => adminOf(request, needs);

  app.post("/tenants", async (request, reply): Promise<TenantReply> => {
    const actor = await actorOf(request);
    const tenant = await administration.create(actor, readInput(createTenantRequestSchema, request.body));
    void reply.code(201).header("location", `/api/tenants/${tenant.id}`);
    return tenant;
  });

  app.get("/tenants", async (request): Promise<TenantList> => {
    await actorOf(request);
    return { tenants: [...(await administration.list())] };
  });

  app.get<OfTenant>("/tenants/:id", async (request): Promise<TenantReply> => {
    await actorOf(request);
    return administration.show(request.params.id);
  });

  app.patch<OfTenant>("/tenants/:id", async (request): Promise<TenantReply> => {
    const actor = await actorOf(request);
    return administration.change(actor, request.params.id, readInput(changeTenantRequestSchema, request.body));
  });

  app.post<OfTenant>("/tenants/:id/key", async (request): Promise<TenantReply> => {
    const actor = await actorOf(request);
    return administration.rotateKey(actor, request.params.id, readInput(rotateKeyRequestSchema, request.body));
  });

  for (const [path, status] of [
    ["disable", "disabled"],
    ["enable", "active"],
  ] as const) {
    app.post<OfTenant>(`/tenants/:id/${path}`, async (request): Promise<TenantReply> => {
      const actor = await actorOf(request);
      const tenant = await administration.setStatus(actor, request.params.id, status);
      // Other machines see it within a second; this one need not wait.
      needs.sessions.endDisabled();
      return tenant;
    });
  }

  app.post<OfTenant>("/tenants/:id/service-tokens", async (request, reply): Promise<ServiceTokenReply> => {
    const actor = await actorOf(request);
    const token = await administration.addServiceToken(actor, request.params.id);
    void reply.code(201);
    return token;
  });

  app.delete<{ Params: { id: string; tokenId: string } }>(
    "/tenants/:id/service-tokens/:tokenId",
    async (request, reply) => {
      const actor = await actorOf(request);
      await administration.removeServiceToken(actor, request.params.id, request.params.tokenId);
      return reply.code(204).send();
    },
  );

  app.get<OfTenant>("/tenants/:id/export", async (request, reply) => {
    const actor = await actorOf(request);
    const lines = await administration.export(actor, request.params.id);
    return reply.type("application/x-ndjson; charset=utf-8").send(Readable.from(lines));
  });

  app.delete<OfTenant>("/tenants/:id", async (request, reply) => {
    const actor = await actorOf(request);
    await administration.remove(actor, request.params.id);
    return reply.code(204).send();
  });

  app.get("/audit", async (request): Promise<AuditList> => {
    await actorOf(request);
    const { tenant, cursor, limit } = readInput(auditQuerySchema, request.query);
    const before = cursor === undefined ? undefined : Number(cursor);
    return administration.acts({ tenant, before, limit: limit === undefined ? DEFAULT_PAGE : Number(limit) });
  });
}

/** Who administers, by the environment's issuer or ADMIN_TOKEN: no tenant's token has the scope. Throws FORBIDDEN. */
async function adminOf(request: FastifyRequest, needs: DoorNeeds): Promise<string> {
  const { tenant, person, scopes, session } = await principalOf(request, needs);
  if (tenant !== DEFAULT_TENANT || !scopes.has("admin") || session !== undefined) throw new ProxyError("FORBIDDEN");
  return person;
}

import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { Asker, SupabaseDatabase } from "../../supabase/test/supabase-database.ts";

/** A name that may stand in a statement as it is. */
const NAME = /^[a-z_]+$/;

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * What a project's REST API does for the edge functions: it takes the role and the user from the token, and turns the address into
 * a statement. Of PostgREST's language it knows what they say. Returns its address.
 */
export async function startRestApi(database: SupabaseDatabase, jwtSecret: string): Promise<string> {
  const respond = async (request: IncomingMessage): Promise<readonly object[]> => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
    const table = nameOf(pathname.replace("/rest/v1/", ""));
    const body = request.method === "GET" ? {} : ((await json(request)) as Record<string, unknown>);
    const { text, values } = statementOf(request.method ?? "", table, searchParams, body);
    return database.ask(askerOf(request.headers.authorization ?? "", jwtSecret), text, values);
  };
  const server = createServer((request, response) => {
    respond(request).then(
      (rows) => response.writeHead(200).end(JSON.stringify(rows)),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    await once(server.close(), "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function statementOf(
  method: string,
  table: string,
  query: URLSearchParams,
  body: Readonly<Record<string, unknown>>,
): Statement {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [...query].flatMap(([name, value]) => {
    if (["select", "on_conflict"].includes(name)) return [];
    const [, equal] = /^eq\.(.*)$/s.exec(value) ?? [];
    if (equal !== undefined) return [`${nameOf(name)}::text = ${parameter(equal)}`];
    if (value === "is.null") return [`${nameOf(name)} is null`];
    throw new Error("This condition is not known here.");
  });
  const where = conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
  const columns = (query.get("select") ?? Object.keys(body).join()).split(",").map(nameOf).join();
  const names = Object.keys(body).map(nameOf);
  if (method === "GET") return { text: `select ${columns} from ${table}${where}`, values };
  if (method === "PATCH") {
    const changes = names.map((name) => `${name} = ${parameter(body[name])}`).join();
    return { text: `update ${table} set ${changes}${where} returning ${columns}`, values };
  }
  const inserted = names.map((name) => parameter(body[name])).join();
  const key = nameOf(query.get("on_conflict") ?? "");
  const merged = names.map((name) => `${name} = excluded.${name}`).join();
  const text = `insert into ${table} (${names.join()}) values (${inserted}) on conflict (${key}) do update set ${merged} returning ${columns}`;
  return { text, values };
}

function nameOf(text: string): string {
  if (!NAME.test(text)) throw new Error("This is no name.");
  return text;
}

function askerOf(authorization: string, secret: string): Asker {
  const [head = "", claims = "", signature = ""] = authorization.replace(/^Bearer /, "").split(".");
  const expected = createHmac("sha256", secret).update(`${head}.${claims}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Error("The token is not valid.");
  return JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as Asker;
}

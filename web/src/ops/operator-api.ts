import { errorBodySchema, type OperatorSession, operatorSessionSchema } from "@interview-proxy/protocol";

/** What the server refused, by its code, or `UNREACHABLE` where no answer came. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

type Method = "GET" | "POST" | "DELETE";

interface Schema<T> {
  readonly parse: (value: unknown) => T;
}

/**
 * The server, as an operator's page asks it. The sign-in itself is in a cookie that no script can read; what proves that a request
 * comes from this page is kept here, in memory.
 */
export class OperatorApi {
  readonly #fetch: typeof fetch;
  #csrfToken: string | undefined;
  #onExpired: () => void = () => undefined;

  constructor(ownFetch: typeof fetch = (...request) => fetch(...request)) {
    this.#fetch = ownFetch;
  }

  /** Calls `listener` whenever the server knows the sign-in no more. */
  onExpired(listener: () => void): void {
    this.#onExpired = listener;
  }

  /** Changes a token for a sign-in. The token goes nowhere else, and is not kept. */
  async signIn(token: string): Promise<OperatorSession> {
    return this.#keep(await this.#ask("POST", "/api/operators/login", { token }));
  }

  /** Who is signed in. Fails with `UNAUTHENTICATED` or the like where nobody is. */
  async whoAmI(): Promise<OperatorSession> {
    return this.#keep(await this.#ask("GET", "/api/operators/me"));
  }

  async signOut(): Promise<void> {
    await this.#ask("POST", "/api/operators/logout");
    this.#csrfToken = undefined;
  }

  async get<T>(path: string, schema: Schema<T>): Promise<T> {
    return schema.parse(await (await this.#asOperator("GET", path)).json());
  }

  async post(path: string, body: object): Promise<void> {
    await this.#asOperator("POST", path, body);
  }

  /** Whether the sign-in still holds; whoever listens learns it where it does not. */
  async checkSignIn(): Promise<void> {
    await this.#asOperator("GET", "/api/operators/me");
  }

  async #keep(response: Response): Promise<OperatorSession> {
    const signedIn = operatorSessionSchema.parse(await response.json());
    this.#csrfToken = signedIn.csrfToken;
    return signedIn;
  }

  async #asOperator(method: Method, path: string, body?: object): Promise<Response> {
    try {
      return await this.#ask(method, path, body);
    } catch (error) {
      if (error instanceof OperatorError && EXPIRED.has(error.code)) this.#onExpired();
      throw error;
    }
  }

  async #ask(method: Method, path: string, body?: object): Promise<Response> {
    const headers = {
      ...(body && { "content-type": "application/json" }),
      ...(method !== "GET" && this.#csrfToken !== undefined && { "x-csrf-token": this.#csrfToken }),
    };
    const init = { method, headers, cache: "no-store", ...(body && { body: JSON.stringify(body) }) } as const;
    const response = await this.#fetch(path, init).catch((cause: unknown) => {
      throw new OperatorError("UNREACHABLE", "The server cannot be reached.", { cause });
    });
    if (!response.ok) throw await refusalOf(response);
    return response;
  }
}

/** Codes with which the server says that a sign-in is no longer one. */
const EXPIRED: ReadonlySet<string> = new Set(["UNAUTHENTICATED", "TOKEN_EXPIRED"]);

async function refusalOf(response: Response): Promise<OperatorError> {
  const body = (await response.json().catch(() => undefined)) as { readonly error?: unknown } | undefined;
  const parsed = errorBodySchema.safeParse(body?.error);
  // What stands in front of the server, such as a proxy, answers in its own way.
  return parsed.success
    ? new OperatorError(parsed.data.code, parsed.data.message)
    : new OperatorError("UNREACHABLE", `The server answered with ${response.status}.`);
}

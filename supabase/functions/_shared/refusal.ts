import { ERRORS, type ErrorCode, type HttpError } from "@interview-proxy/protocol";

/** An answer that is an error of the protocol's one table. What happened underneath stays in `cause`, for the log. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  /** INVALID_MESSAGE: path of the field at fault. */
  readonly field: string | undefined;

  constructor(code: ErrorCode, options: { readonly cause?: unknown; readonly field?: string } = {}) {
    super(ERRORS[code].message, { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.field = options.field;
  }
}

/** Answers what `work` makes of a request, or its refusal. What is not foreseen is INTERNAL, and logged without its message. */
export async function answer(work: () => Promise<Response>, log: (line: string) => void): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal("INTERNAL", { cause: error });
    const requestId = `req_${crypto.randomUUID()}`;
    const { http: status, retryable } = ERRORS[refusal.code];
    if (status >= 500) log(JSON.stringify({ level: "error", requestId, code: refusal.code, cause: causeOf(refusal) }));
    const { code, message, field } = refusal;
    const body: HttpError = {
      error: { code, message, retryable, requestId, ...(field === undefined ? {} : { field }) },
    };
    return Response.json(body, { status });
  }
}

/** Names only: the message of a foreign error may quote a token. */
function causeOf({ cause }: Error): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const code = (cause as { code?: unknown }).code;
  return typeof code === "string" ? `${cause.name} ${code}` : cause.name;
}

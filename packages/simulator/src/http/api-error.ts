/** The error object of OpenAI's envelope. */
export interface ApiErrorBody {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** A refusal that goes out as `{"error": {…}}` with its status. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly body: ApiErrorBody;
  /** Seconds to wait, sent as `retry-after`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, body: ApiErrorBody, retryAfterSeconds?: number) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** 400: something in the request is wrong. */
export function invalidRequest(code: string, message: string, param: string | null = null): ApiError {
  return new ApiError(400, { message, type: "invalid_request_error", param, code });
}

/** 401: no key came with the request. */
export function missingKey(): ApiError {
  const message = "Missing bearer or basic authentication in header";
  return new ApiError(401, { message, type: "invalid_request_error", param: null, code: null });
}

/** 401: the key is not accepted. The message shows its ends, as OpenAI's does. */
export function incorrectKey(key: string): ApiError {
  const ends = key.length > 7 ? `${key.slice(0, 5)}***${key.slice(-2)}` : "***";
  const message = `Incorrect API key provided: ${ends}. You can find your API key at https://platform.openai.com/account/api-keys.`;
  return new ApiError(401, { message, type: "invalid_request_error", param: null, code: "invalid_api_key" });
}

/** 403: the key may not do this. */
export function forbidden(): ApiError {
  const message = "Your project does not have access to this resource.";
  return new ApiError(403, { message, type: "invalid_request_error", param: null, code: "forbidden" });
}

/** 404: no such call, or it has ended. Recorded: `param` is empty, not null. */
export function callNotFound(): ApiError {
  const message = "No session found for the provided call_id";
  return new ApiError(404, { message, type: "invalid_request_error", param: "", code: "call_id_not_found" });
}

/** 404: no such Live session, or it has ended. Its code is not documented. */
export function sessionNotFound(): ApiError {
  return new ApiError(404, {
    message: "No session found with the provided id.",
    type: "invalid_request_error",
    param: null,
    code: "session_not_found",
  });
}

/** 409: a Live session that was not stored, closed and finalized. Its code is not documented. */
export function sessionNotFinalized(): ApiError {
  return new ApiError(409, {
    message: "The session was not stored, or is not finalized.",
    type: "invalid_request_error",
    param: null,
    code: "session_not_finalized",
  });
}

/** 429: too many calls for now. */
export function rateLimited(retryAfterSeconds?: number): ApiError {
  const message = "Rate limit reached for requests. Please try again later.";
  const body = { message, type: "requests", param: null, code: "rate_limit_exceeded" };
  return new ApiError(429, body, retryAfterSeconds);
}

/** 500 and 503: OpenAI's own trouble. */
export function serverError(status: 500 | 503, retryAfterSeconds?: number): ApiError {
  const message =
    status === 500
      ? "The server had an error while processing your request. Sorry about that!"
      : "The server is currently overloaded. Please try again later.";
  return new ApiError(status, { message, type: "server_error", param: null, code: null }, retryAfterSeconds);
}

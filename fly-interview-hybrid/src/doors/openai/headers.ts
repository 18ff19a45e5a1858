/** Names the person of a call where a backend makes it, as OpenAI's own servers take it: from backends only. */
export const PERSON_HEADER = "openai-safety-identifier";

/** The session of a call, and the token with which its person comes back to it: what replies of OpenAI's have no place for. */
export const SESSION_HEADER = "x-interview-session";
export const RESUME_TOKEN_HEADER = "x-interview-resume-token";
export const SESSION_HEADERS = [SESSION_HEADER, RESUME_TOKEN_HEADER] as const;

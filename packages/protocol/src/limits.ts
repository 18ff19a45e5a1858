/** Largest SDP accepted in an offer or an answer, in bytes of UTF-8. */
export const MAX_SDP_BYTES = 64 * 1024;

/**
 * Largest client message or HTTP body, in bytes. JSON escapes each line break of an SDP as four bytes for two, so this
 * leaves room for the largest SDP and its envelope.
 */
export const MAX_MESSAGE_BYTES = 128 * 1024;

/** Longest name of a person, in UTF-16 units. */
export const MAX_PERSON_CHARACTERS = 256;

/** Longest typed answer of a candidate, in UTF-16 units. */
export const MAX_SAY_CHARACTERS = 2000;

/** Form of a session id issued by the server: `ses_` and 128 random bits as 22 base64url characters. */
export const SESSION_ID_PATTERN = /^ses_[A-Za-z0-9_-]{22}$/;

/** The protocol's version, announced in `welcome`. It rises when a message changes in a way an older page would misread. */
export const PROTOCOL_VERSION = 1;

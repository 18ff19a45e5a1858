import { randomText } from "../../ids.ts";

/**
 * A multipart body of the two parts that a create takes. Written by hand because `FormData` turns every lone line feed of
 * a text part into CRLF, and an SDP must arrive byte for byte.
 */
export function toMultipart(parts: { readonly sdp: string; readonly session: object }): {
  contentType: string;
  body: string;
} {
  // 128 random bits cannot occur in the parts by chance.
  const boundary = randomText(16);
  const body =
    part(boundary, "sdp", "application/sdp", parts.sdp) +
    part(boundary, "session", "application/json", JSON.stringify(parts.session)) +
    `--${boundary}--\r\n`;
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
}

function part(boundary: string, name: string, contentType: string, content: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: ${contentType}\r\n\r\n${content}\r\n`;
}

import { safeName } from "./shapes.ts";

/** An id without what is random in it: `rtc_u1_{32}` for 32 characters after prefix and shard. */
export function idForm(id: string): string {
  const [, prefix = "", rest = ""] = /^([a-z]{2,8}_(?:u\d{1,3}_)?)?(.*)$/s.exec(id) ?? [];
  return `${prefix}{${rest.length}}`;
}

/** The path of a `Location`, with its id as a form. */
export function locationForm(location: string | undefined): string {
  if (location === undefined) return "no Location";
  const isRelative = location.startsWith("/");
  const url = URL.canParse(location, "http://base") ? new URL(location, "http://base") : undefined;
  if (url === undefined) return "unreadable Location";
  const segments = url.pathname.split("/");
  const id = idForm(segments.pop() ?? "");
  const path = [...segments.map((name) => (name === "" ? "" : safeName(name))), id].join("/");
  return `${isRelative ? "" : "not relative: "}${path}${url.search === "" ? "" : "?…"}`;
}

/** What may be an id at the end of a path, whatever its form. */
export function lastSegment(location: string | undefined): string | undefined {
  return /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{4,200}$/.exec(location?.split("?", 1)[0] ?? "")?.[0];
}

/** A content type; anything else that stands in its header could be anything. */
export function contentTypeForm(header: string | undefined): string {
  if (header === undefined) return "no content type";
  return /^[\w/+.-]{1,60}(; ?charset=[\w-]{1,20})?$/.test(header) ? header : "unreadable content type";
}

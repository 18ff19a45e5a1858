/** What a method throws that does not fit the moment. */
export function notAtPresent(message: string): DOMException {
  return new DOMException(message, "InvalidStateError");
}

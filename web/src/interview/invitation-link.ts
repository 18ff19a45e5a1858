/** The tab's, so that a reloaded page needs no link. */
const KEY = "invitation";

/** With what somebody has come to the page. */
export interface Arrival {
  /** The text of the invitation; `undefined`: there is none. */
  readonly invitation: string | undefined;
  /** True where the tab had another one before: what it keeps of an interview is not of this one. */
  readonly isNew: boolean;
}

/**
 * Takes the invitation out of the address, where it would stay in the browser's history and be seen over a shoulder, and keeps it
 * for a reload.
 */
export function takeInvitation(): Arrival {
  const address = new URL(location.href);
  const kept = readKept();
  const invitation = address.searchParams.get("invitation") ?? kept;
  if (address.searchParams.has("invitation")) {
    address.searchParams.delete("invitation");
    history.replaceState(history.state, "", address);
  }
  if (invitation !== undefined) keep(invitation);
  return { invitation, isNew: invitation !== kept };
}

function readKept(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    // Browsers that block cookies throw here; a reload needs the link then.
    return undefined;
  }
}

function keep(invitation: string): void {
  try {
    sessionStorage.setItem(KEY, invitation);
  } catch {
    // As above.
  }
}

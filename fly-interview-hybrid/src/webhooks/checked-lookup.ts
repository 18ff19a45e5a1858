import type { LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { callbackify } from "node:util";

/** An endpoint has an address at which no webhook may be delivered. */
export class PrivateAddressError extends Error {
  constructor() {
    super("The endpoint has an address that is not public.");
    this.name = new.target.name;
  }
}

/** Asks the names' servers for every address of a host. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** Throws {@link PrivateAddressError} where a host is an address that is not allowed: nothing looks such a one up. */
export function checkHost(hostname: string, isAllowed: (address: string) => boolean): void {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !isAllowed(host)) throw new PrivateAddressError();
}

/**
 * Looks a host up for a connection, which is made to one of the very addresses that were checked: a name that has another
 * address a moment later changes nothing. One that is not allowed is enough to refuse the host.
 */
export function checkedLookup(resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction {
  const find = callbackify(async (hostname: string) => {
    const addresses = await resolve(hostname);
    const [first] = addresses;
    if (first === undefined || !addresses.every(({ address }) => isAllowed(address))) throw new PrivateAddressError();
    return { first, addresses };
  });
  return (hostname, { all }, callback) =>
    find(hostname, (error, found) => {
      if (error !== null) callback(error, "");
      else if (all === true) callback(null, [...found.addresses]);
      else callback(null, found.first.address, found.first.family);
    });
}

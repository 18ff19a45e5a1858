import type { LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";

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
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || !addresses.every(({ address }) => isAllowed(address)))
          return callback(new PrivateAddressError(), "");
        if (all === true) return callback(null, [...addresses]);
        return callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ""),
    );
  };
}

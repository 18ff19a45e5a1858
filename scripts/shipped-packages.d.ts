interface ShippedPackage {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly integrity: string | undefined;
  readonly optional: boolean;
}

/** Packages of others that ship, from the lock file. */
export function shippedPackages(lockFile: string): readonly ShippedPackage[];

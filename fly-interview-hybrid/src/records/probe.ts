/** What can be said of records without changing them. It holds no address and no password. */
export interface RecordsProbe {
  readonly found: string;
  /** What to do, where the proxy could not use them. */
  readonly problem?: string;
}

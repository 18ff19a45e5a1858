/** Folder of Postgres's `initdb` and `postgres` on this machine, or undefined. */
export function findPostgres(): string | undefined;
/** Path of `redis-server` on this machine, or undefined. */
export function findRedis(): string | undefined;
/** Path of `prometheus` on this machine, with `promtool` on the PATH too, or undefined. */
export function findPrometheus(): string | undefined;
/** Path of Alertmanager on this machine, with `amtool` on the PATH too, or undefined. */
export function findAlertmanager(): string | undefined;

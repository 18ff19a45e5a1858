/** Folder of Postgres's `initdb` and `postgres` on this machine, or undefined. */
export function findPostgres(): string | undefined;
/** Path of `redis-server` on this machine, or undefined. */
export function findRedis(): string | undefined;

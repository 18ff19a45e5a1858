/** Types of columns whose names differ from database to database. */
export interface ColumnTypes {
  /** For what only one of them has. */
  readonly database: "sqlite" | "postgres";
  /** Whole numbers up to 2^53, such as milliseconds since the epoch. */
  readonly whole: "integer" | "bigint";
  /** Numbers as JavaScript has them, in 64 bits. */
  readonly real: "real" | "double precision";
  /** Of a primary key that numbers new rows upwards by itself. */
  readonly rowNumber: "integer" | "bigserial";
}

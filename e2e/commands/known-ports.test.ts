// oxlint-disable import/no-unassigned-import -- Each of them is tests.
// What listens on ports that users know, one after the other: tests of one file do not run beside each other, those of two do.
import "./known-ports/contributor.ts";
import "./known-ports/guide.ts";
import "./known-ports/operations.ts";
import "./known-ports/readme-examples.ts";
import "./known-ports/runbooks.ts";

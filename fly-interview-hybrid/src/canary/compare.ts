import type { Shape } from "./shapes.ts";
import type { Row } from "./step.ts";

type Shapes = Readonly<Record<string, Shape>>;

/** The row that tells how the messages of two runs differ in form. What came in only one of them is not compared. */
export function compareShapes(before: Shapes, now: Shapes): Row {
  const differences = Object.keys(now)
    .filter((message) => Object.hasOwn(before, message))
    .flatMap((message) => differencesOf(message, before[message] ?? {}, now[message] ?? {}));
  return {
    step: "compare",
    expects: "messages have the fields that they had in the earlier record, of the same types",
    verdict: differences.length === 0 ? "ok" : "drift",
    seen: differences.length === 0 ? "the same fields" : differences.join("; "),
    ms: 0,
    facts: {},
  };
}

function differencesOf(message: string, before: Shape, now: Shape): string[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(now)])].toSorted();
  return paths.flatMap((path) => {
    const [was, is] = [before[path], now[path]];
    if (was === undefined) return couldBe(before, path) ? [`${message}: new ${path}`] : [];
    if (is === undefined) return couldBe(now, path) ? [`${message}: no ${path}`] : [];
    return share(was, is) ? [] : [`${message}: ${path} is ${is}, was ${was}`];
  });
}

/** A field is missed only where what would hold it was there: lists may be empty, and objects null. */
function couldBe(shape: Shape, path: string): boolean {
  const parent = path.replace(/(^|\.)[^.]*$/, "");
  return !path.endsWith("[]") && (shape[parent]?.split("|").includes("object") ?? false);
}

/** Whatever is null at times counts as the same, and so does a number that happens to be whole. */
function share(was: string, is: string): boolean {
  const [before, now] = [was, is].map((types) => types.replace("integer", "number").split("|")) as [string[], string[]];
  return [...before, ...now].includes("null") || now.some((type) => before.includes(type));
}

import runbooks from "../../../../docs/runbooks.md?raw";

/** A step of a runbook, such as "Do", or a command. */
export type RunbookPart =
  | { readonly kind: "step"; readonly title: string; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "command"; readonly text: string };

/** What the runbook of an alert says; empty where there is none. */
export function runbookOf(alert: string, text: string = runbooks): readonly RunbookPart[] {
  const section = text.split(/^## /m).find((each) => each.startsWith(`${alert}\n`)) ?? "";
  const body = section.slice(alert.length).trim();
  // Commands stand between fences, so that each second piece is one.
  return body.split(/^```(?:sh)?$/m).flatMap((piece, index) => (index % 2 === 1 ? commandOf(piece) : stepsOf(piece)));
}

function commandOf(piece: string): RunbookPart[] {
  return [{ kind: "command", text: piece.trim() }];
}

function stepsOf(piece: string): RunbookPart[] {
  return piece
    .split(/\n\n+|\n(?=\*\*\w+:\*\*)/)
    .map((paragraph) => plain(paragraph))
    .filter((paragraph) => paragraph !== "")
    .map((paragraph) => {
      const [, title, text] = /^\*\*(\w+):\*\* ?(.*)$/.exec(paragraph) ?? [];
      return title === undefined || text === undefined
        ? { kind: "text", text: paragraph }
        : { kind: "step", title, text };
    });
}

/** Without the line breaks of the source, and links as their words. */
function plain(paragraph: string): string {
  return paragraph
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
}

import { act, type ReactElement, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { onTestFinished } from "vitest";

declare global {
  // React asks for it where act() is used, and warns where it is set and act() is not.
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}

/** Something on the page, in strict mode. */
export interface Mounted {
  readonly container: HTMLElement;
  readonly show: (element: ReactElement) => Promise<void>;
  /** May be called again. */
  readonly unmount: () => Promise<void>;
}

/** Puts it on the page until the test is over. */
export async function mount(element: ReactElement): Promise<Mounted> {
  const container = document.createElement("div");
  document.body.append(container);
  const root = createRoot(container);
  const show = (next: ReactElement) => settled(() => root.render(<StrictMode>{next}</StrictMode>));
  const unmount = () => settled(() => root.unmount());
  onTestFinished(async () => {
    await unmount();
    container.remove();
  });
  await show(element);
  return { container, show, unmount };
}

/** Does it, and resolves when React has followed. */
export async function settled(step: () => unknown): Promise<void> {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
  try {
    await act(async () => {
      await step();
    });
  } finally {
    globalThis.IS_REACT_ACT_ENVIRONMENT = false;
  }
}

/** The button of that name; throws where there is none, or more than one. */
export function button(container: HTMLElement, name: string): HTMLButtonElement {
  const found = [...container.querySelectorAll("button")].filter(({ textContent }) => textContent === name);
  if (found.length !== 1 || !found[0]) throw new Error(`There are ${found.length} buttons "${name}".`);
  return found[0];
}

/** Presses it, as the n-th click in a row, and lets what follows happen. */
export async function press(target: HTMLElement, clicksInARow = 1): Promise<void> {
  await settled(() => target.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: clicksInARow })));
}

/** All text of an element, with single spaces. */
export function textOf(element: Element | null): string {
  return (element?.textContent ?? "").replaceAll(/\s+/g, " ").trim();
}

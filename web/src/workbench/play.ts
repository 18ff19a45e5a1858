/** Chooses the last device in the list. */
export function chooseLast(frame: HTMLElement): void {
  const select = frame.querySelector("select");
  if (!select) return;
  select.selectedIndex = select.options.length - 1;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Types an answer and sends it. */
export function sendAnswer(frame: HTMLElement): void {
  const field = frame.querySelector("textarea");
  if (!field || field.value !== "") return;
  // As a person does: React hears only of values that were not set through the element itself.
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(field, "One, two, three.");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => field.form?.requestSubmit());
}

/** Opens all that can be opened. */
export function openDetails(frame: HTMLElement): void {
  for (const details of frame.querySelectorAll("details")) details.open = true;
}

/** Puts the keyboard into the first field that is marked as wrong, once the marks are drawn. */
export function focusFirstProblem(): void {
  setTimeout(() => document.querySelector<HTMLElement>('.field-wrong :is(input, textarea)')?.focus());
}

/** As `ref` of the field that one types into first: it takes the cursor when it appears. */
export function focusWhenShown(field: HTMLElement | null): void {
  field?.focus()
}

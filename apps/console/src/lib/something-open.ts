const layers = '[role="dialog"], [role="menu"], [role="listbox"]'

/** Whether a dialog, a menu or a list of choices lies over the page; keys belong to it then. Closed ones stay in the document, unseen. */
export function isSomethingOpen(): boolean {
  return [...document.querySelectorAll(layers)].some((layer) => layer.checkVisibility({ visibilityProperty: true }))
}

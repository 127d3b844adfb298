/**
 * Lets a piece of work go on whose failure its own mutation or query already shows on the screen. Only for those: a failure that
 * nobody shows must be handled where it happens.
 */
export function alreadyShown(work: Promise<unknown>): void {
  void Promise.allSettled([work])
}

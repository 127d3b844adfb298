import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchBrowser, type RunningHilo, startHilo } from './harness.ts'

/** What every journey stands on: there from the first test on in a file that has called `openStand`. */
export let hilo: RunningHilo
export let browser: Browser

/** The system with the demo retailer and a browser for the tests of this file: opened before the first, put away after the last. */
export function openStand(): void {
  beforeAll(async () => {
    hilo = await startHilo()
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await hilo?.close()
  })
}

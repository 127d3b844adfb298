import { enhanceCheckout } from './checkout.ts'
import { enhanceLive, enhanceWaiting } from './live.ts'
import { enhanceSmallThings } from './small-things.ts'
import { enhanceSuggestions } from './suggest.ts'
import { enhanceSwaps } from './swap.ts'

// Every page works without this file. It only saves a page load here and there.
enhanceSwaps()
enhanceCheckout()
enhanceSmallThings()
enhanceSuggestions()
enhanceLive()
enhanceWaiting()

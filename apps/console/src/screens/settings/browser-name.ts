/** "Firefox · Linux" out of a user agent; the beginning of it when nothing is known. */
export function browserOf(agent: string): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(agent)?.[1]
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1]
  return [browser === 'Edg' ? 'Edge' : browser, system].filter(Boolean).join(' · ') || agent.slice(0, 60) || '–'
}

import type { Channel } from '#catalog'
import { platformProblems } from '#platform/problems'
import type { Rules } from './rules.ts'

/**
 * The channel as the rules know it.
 * @throws Problem platform.invalid when there is none with this id
 */
export function catalogChannel(rules: Rules, channelId: string): Channel {
  const channel = rules.channels.get(channelId)
  if (channel) return channel
  throw platformProblems.invalid({
    parameter: 'channel',
    detail: `There is no channel ${channelId}.`,
    detailEs: `No hay ningún canal ${channelId}.`,
  })
}

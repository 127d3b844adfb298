import type { FastifyReply } from 'fastify'
import type { AppContext } from '#platform/http'
import { sql } from '#platform/sql'
import { sessionLimits } from './sessions.ts'

/**
 * Open event streams of staff. A stream asks who listens only when it opens, so this asks again every second, for all streams of the
 * process in one query, and closes those whose session ended or whose member was dismissed.
 */
export function createStreamWatch({ db, clock }: Pick<AppContext, 'db' | 'clock'>, everyMs = 1000) {
  const open = new Map<FastifyReply, string>()
  let timer: NodeJS.Timeout | undefined
  let asking: Promise<void> | undefined

  async function closeEnded(): Promise<void> {
    const now = clock.now()
    const idleSince = new Date(now.getTime() - sessionLimits.idleMinutes * 60_000)
    const live = await db.many<{ tokenHash: string }>(sql`
      select s.token_hash as "tokenHash" from staff.session s join staff.member m on m.id = s.member_id
       where s.token_hash = any(${[...new Set(open.values())]}::text[]) and s.stage = 'full' and m.status = 'active'
         and s.expires_at > ${now} and s.last_used_at > ${idleSince}`)
    const hashes = new Set(live.map(({ tokenHash }) => tokenHash))
    for (const [reply, tokenHash] of open) if (!hashes.has(tokenHash)) reply.raw.destroy()
  }

  function stopWhenEmpty(): void {
    if (open.size > 0 || !timer) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    /** Watches this stream until it closes. */
    watch(reply: FastifyReply, tokenHash: string): void {
      open.set(reply, tokenHash)
      reply.raw.on('close', () => {
        open.delete(reply)
        stopWhenEmpty()
      })
      timer ??= setInterval(() => {
        // With the database away nobody can be checked, and nothing new is streamed either: the next turn asks again.
        asking ??= closeEnded()
          .catch(() => undefined)
          .finally(() => {
            asking = undefined
          })
      }, everyMs)
      timer.unref()
    },
    stop(): void {
      clearInterval(timer)
      timer = undefined
      open.clear()
    },
  }
}

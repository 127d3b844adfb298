import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { postgresProcessesOf } from '../../server/platform/postgres/processes.ts'
import { freePortFrom } from '../lib/ports.ts'
import { haproxyCfg, type NodeAddress, patroniYaml } from './configuration.ts'
import { databaseAccount, type Programs } from './programs.ts'

type Member = { name: string; role: string; state: string; lag?: number | string }
export type Node = NodeAddress & { process: ChildProcess | undefined }

/** etcd, two PostgreSQL under Patroni and HAProxy on loopback, in a temporary folder that `stop` removes. */
export class Topology {
  readonly nodes: Node[] = []
  readonly serverPorts: number[] = []
  databaseUrl = ''
  shopUrl = ''
  readonly #programs: Programs
  readonly #account = databaseAccount()
  readonly #folder = mkdtempSync(join(tmpdir(), 'hilo-ha-'))
  readonly #children: ChildProcess[] = []
  readonly #passwords = {
    superuser: newPassword(),
    replication: newPassword(),
    rewind: newPassword(),
    hilo: newPassword(),
  }

  private constructor(programs: Programs) {
    this.#programs = programs
    this.#own(this.#folder)
  }

  /** Starts everything and waits until a leader has a synchronous follower; then there is an empty database `hilo`. */
  static async start(programs: Programs, { servers }: { servers: number }): Promise<Topology> {
    const topology = new Topology(programs)
    try {
      const etcdPort = await topology.#startEtcd()
      for (const name of ['node1', 'node2']) await topology.#addNode(name, etcdPort)
      for (const node of topology.nodes) topology.startNode(node)
      await topology.untilWhole(120)
      await createDatabase(await topology.primary(), topology.#passwords)
      await topology.#startProxy(servers)
      return topology
    } catch (error) {
      await topology.stop()
      throw error
    }
  }

  async primary(): Promise<Node> {
    const leader = (await this.#members()).find(({ role }) => role === 'leader')
    const node = this.nodes.find(({ name }) => name === leader?.name)
    if (!node) throw new Error('nobody leads')
    return node
  }

  startNode(node: Node): void {
    node.process = this.#run(this.#programs.patroni, [join(node.folder, 'patroni.yml')], node.name)
  }

  /** kill -9 of Patroni and of every PostgreSQL process of a node. */
  killNode(node: Node): void {
    node.process?.kill('SIGKILL')
    this.killPostgres(node)
  }

  /** kill -9 of every PostgreSQL process of a node; its Patroni lives on. */
  killPostgres({ folder }: Node): void {
    for (const pid of postgresProcessesOf(join(folder, 'data'))) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // it went with its postmaster
      }
    }
  }

  /** Waits until one node leads and the other follows it synchronously. */
  async untilWhole(secondsMax: number): Promise<void> {
    const begun = performance.now()
    let seen: Member[] = []
    while (performance.now() - begun < secondsMax * 1000) {
      seen = await this.#members()
      const leads = seen.some(({ role, state }) => role === 'leader' && state === 'running')
      const follows = seen.some(
        ({ role, state }) => role === 'sync_standby' && ['running', 'streaming'].includes(state),
      )
      if (leads && follows) return
      await pause(300)
    }
    throw new Error(`no leader with a synchronous follower after ${secondsMax} s: ${JSON.stringify(seen)}`)
  }

  /** Asks Patroni to hand the lead to the synchronous follower. */
  async switchOver(): Promise<void> {
    const all = await this.#members()
    const leader = all.find(({ role }) => role === 'leader')?.name
    const candidate = all.find(({ role }) => role === 'sync_standby')?.name
    const node = this.nodes.find(({ name }) => name === leader)
    const answer = await fetch(`http://127.0.0.1:${node?.restPort}/switchover`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ leader, candidate }),
      signal: AbortSignal.timeout(60_000),
    })
    if (!answer.ok) throw new Error(`switchover ${answer.status}: ${await answer.text()}`)
  }

  async stop(): Promise<void> {
    // Patroni stops its PostgreSQL itself and needs etcd for it; so etcd goes last.
    for (const child of this.#children.toReversed()) {
      child.kill('SIGTERM')
      await ended(child)
    }
    for (const node of this.nodes) this.killPostgres(node)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Who belongs to the cluster, by the first node that answers. */
  async #members(): Promise<Member[]> {
    for (const { restPort } of this.nodes) {
      const signal = AbortSignal.timeout(2000)
      const answer = await fetch(`http://127.0.0.1:${restPort}/cluster`, { signal }).catch(() => undefined)
      if (answer?.ok) return ((await answer.json()) as { members: Member[] }).members
    }
    return []
  }

  async #startEtcd(): Promise<number> {
    const port = await freePortFrom(4760)
    const [clients, peers] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${await freePortFrom(4760)}`]
    const settings = {
      '--name': 'etcd',
      '--data-dir': this.#newFolder('etcd'),
      '--listen-client-urls': clients,
      '--advertise-client-urls': clients,
      '--listen-peer-urls': peers,
      '--initial-advertise-peer-urls': peers,
      '--initial-cluster': `etcd=${peers}`,
    }
    this.#run(this.#programs.etcd, Object.entries(settings).flat(), 'etcd')
    await pause(500)
    return port
  }

  async #addNode(name: string, etcdPort: number): Promise<void> {
    const folder = this.#newFolder(name)
    const node = { name, folder, postgresPort: await freePortFrom(4760), restPort: await freePortFrom(4760) }
    const settings = { etcdPort, bin: this.#programs.postgresBin, passwords: this.#passwords }
    writeFileSync(join(folder, 'patroni.yml'), patroniYaml(node, settings), { mode: 0o600 })
    this.#own(join(folder, 'patroni.yml'))
    this.nodes.push({ ...node, process: undefined })
  }

  async #startProxy(servers: number): Promise<void> {
    const [databasePort, shopPort] = [await freePortFrom(4760), await freePortFrom(4760)]
    for (let at = 0; at < servers; at++) this.serverPorts.push(await freePortFrom(4700))
    const file = join(this.#folder, 'haproxy.cfg')
    writeFileSync(file, haproxyCfg({ databasePort, shopPort, nodes: this.nodes, serverPorts: this.serverPorts }))
    this.#run(this.#programs.haproxy, ['-db', '-f', file], 'haproxy')
    this.databaseUrl = `postgres://hilo:${this.#passwords.hilo}@127.0.0.1:${databasePort}/hilo`
    this.shopUrl = `http://127.0.0.1:${shopPort}`
  }

  #newFolder(name: string): string {
    const path = join(this.#folder, name)
    mkdirSync(path, { mode: 0o700 })
    this.#own(path)
    return path
  }

  #own(path: string): void {
    if (this.#account) chownSync(path, this.#account.uid, this.#account.gid)
  }

  #run(program: string, args: readonly string[], name: string): ChildProcess {
    const log = openSync(join(this.#folder, `${name}.log`), 'a')
    const env = { PATH: process.env['PATH'] ?? '', HOME: this.#folder, LC_ALL: 'C.UTF-8', TZ: 'UTC' }
    const child = spawn(program, args, { stdio: ['ignore', log, log], cwd: this.#folder, env, ...this.#account })
    closeSync(log)
    child.on('error', (error) => process.stderr.write(`${name}: ${error.message}\n`))
    this.#children.push(child)
    return child
  }
}

const newPassword = () => randomBytes(18).toString('base64url')

/** Hilo's own role, which is no superuser, and its database. */
async function createDatabase(
  { postgresPort }: Node,
  { superuser: password, hilo }: { superuser: string; hilo: string },
): Promise<void> {
  const client = new Client({ host: '127.0.0.1', port: postgresPort, user: 'postgres', password, database: 'postgres' })
  await client.connect()
  await client.query(`create role hilo login password '${hilo}'`)
  await client.query('create database hilo owner hilo')
  await client.end()
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const kill = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await new Promise((resolve) => child.once('exit', resolve))
  clearTimeout(kill)
}

import type { TestProject } from 'vitest/node'
import { openDb } from '../db.ts'
import { migrate } from '../migrate.ts'
import { startTestPostgres } from '../postgres/index.ts'

/** One PostgreSQL for all database tests (HILO_TEST_DATABASE_URL, else the embedded one) and one migrated template in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['HILO_TEST_DATABASE_URL']
  return prepare(project, given ? { url: given, stop: async () => undefined } : await startTestPostgres())
}

/** Makes the migrated template on a server and tells the tests where it is. @returns what takes both down again */
export async function prepare(
  project: TestProject,
  server: { url: string; stop: () => Promise<void> },
): Promise<() => Promise<void>> {
  const template = `hilo_template_${process.pid}_${project.name}`
  const admin = openDb(withName(server.url, 'postgres'), { poolSize: 1 })
  await admin.script(`create database ${template}`)
  const db = openDb(withName(server.url, template))
  await migrate(db)
  await db.close()
  project.provide('hiloTestServer', server.url)
  project.provide('hiloTestTemplate', template)
  return async () => {
    await admin.script(`drop database ${template} with (force)`)
    await admin.close()
    await server.stop()
  }
}

function withName(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.toString()
}

/** The configuration files that docs/operations.md shows, filled in for one machine. */

export type NodeAddress = { name: string; postgresPort: number; restPort: number; folder: string }
export type Passwords = { superuser: string; replication: string; rewind: string }

/** Patroni's file for one node. Commits wait for the second node (`synchronous_mode`), so that a failover loses none. */
export function patroniYaml(
  node: NodeAddress,
  { etcdPort, bin, passwords }: { etcdPort: number; bin: string; passwords: Passwords },
): string {
  return `scope: hilo
name: ${node.name}
restapi:
  listen: 127.0.0.1:${node.restPort}
  connect_address: 127.0.0.1:${node.restPort}
etcd3:
  hosts: 127.0.0.1:${etcdPort}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 2
    retry_timeout: 5
    synchronous_mode: true
    postgresql:
      use_pg_rewind: true
      parameters:
        max_connections: 100
        wal_keep_size: 512MB
  initdb:
    - encoding: UTF8
    - locale: C.UTF-8
    - data-checksums
  pg_hba:
    - host all all 127.0.0.1/32 scram-sha-256
    - host replication replicator 127.0.0.1/32 scram-sha-256
postgresql:
  listen: 127.0.0.1:${node.postgresPort}
  connect_address: 127.0.0.1:${node.postgresPort}
  data_dir: ${node.folder}/data
  bin_dir: ${bin}
  pgpass: ${node.folder}/pgpass
  parameters:
    unix_socket_directories: ${node.folder}
    password_encryption: scram-sha-256
  authentication:
    superuser: {username: postgres, password: ${passwords.superuser}}
    replication: {username: replicator, password: ${passwords.replication}}
    rewind: {username: rewinder, password: ${passwords.rewind}}
`
}

/**
 * HAProxy in front of both: the database's address leads to whichever node Patroni calls the primary, and connections to one that no
 * longer is are cut, so that nobody goes on waiting for it; the shop's address leads to the servers that are well.
 */
export function haproxyCfg({
  databasePort,
  shopPort,
  nodes,
  serverPorts,
}: {
  databasePort: number
  shopPort: number
  nodes: readonly NodeAddress[]
  serverPorts: readonly number[]
}): string {
  return `global
  maxconn 2000
defaults
  timeout connect 2s
  timeout client 60s
  timeout server 60s
listen database
  bind 127.0.0.1:${databasePort}
  mode tcp
  timeout client 1h
  timeout server 1h
  option tcp-check
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
${nodes.map(({ name, postgresPort, restPort }) => `  server ${name} 127.0.0.1:${postgresPort} check port ${restPort}`).join('\n')}
listen shop
  bind 127.0.0.1:${shopPort}
  mode http
  balance leastconn
  option forwardfor
  option httpchk GET /api/health
  retries 2
  option redispatch
  default-server inter 1s fall 2 rise 1
${serverPorts.map((port, at) => `  server hilo${at + 1} 127.0.0.1:${port} check`).join('\n')}
`
}

import { certificatesIn, makeCertificates, type Certificate, type Certificates } from "./certificates.ts"
import { startServer, type Server } from "./server.ts"

export interface RedisOptions {
  /** More lines of the configuration file; they come last, so they win. */
  readonly config?: readonly string[]
  /** Of the user `default`. */
  readonly requirepass?: string
  /** A name and its rules each: `reader on >secret ~* &* +@read`. */
  readonly users?: readonly string[]
  /** The port speaks TLS only; `mutual`: with clients that show a certificate. */
  readonly tls?: "server" | "mutual"
  /** How often the append-only file is on disk for certain; there is none by default. */
  readonly appendfsync?: "everysec" | "always"
  readonly replicaOf?: { readonly port: number }
}

export interface RedisServer extends Server {
  readonly url: string
  /** Path of the authority's certificate; null without TLS. */
  readonly ca: string | null
  readonly clientCertificate: Certificate | null
}

export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const { tls } = options
  const server = await startServer(async (port, dir) => {
    if (tls !== undefined) await makeCertificates(dir)
    return [...listening(port, tls, certificatesIn(dir)), ...lines(options)]
  })
  const { ca, client } = certificatesIn(server.dir)
  return Object.assign(server, {
    url: `${tls === undefined ? "redis" : "rediss"}://${server.host}:${server.port}`,
    ca: tls === undefined ? null : ca,
    clientCertificate: tls === undefined ? null : client,
  })
}

function listening(port: number, tls: RedisOptions["tls"], { ca, server }: Certificates): readonly string[] {
  if (tls === undefined) return [`port ${port}`]
  return [
    "port 0",
    `tls-port ${port}`,
    `tls-ca-cert-file ${ca}`,
    `tls-cert-file ${server.cert}`,
    `tls-key-file ${server.key}`,
    `tls-auth-clients ${tls === "mutual" ? "yes" : "no"}`,
  ]
}

function lines({ requirepass, users = [], appendfsync, replicaOf, config = [] }: RedisOptions): readonly string[] {
  return [
    ...(requirepass === undefined ? [] : [`requirepass ${requirepass}`]),
    ...users.map(user => `user ${user}`),
    ...(appendfsync === undefined ? [] : ["appendonly yes", `appendfsync ${appendfsync}`]),
    ...(replicaOf === undefined ? [] : [`replicaof 127.0.0.1 ${replicaOf.port}`]),
    ...config,
  ]
}

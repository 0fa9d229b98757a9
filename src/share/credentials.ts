import { readFile } from "node:fs/promises"
import type { ShareConfig, StoreTls } from "../core/share-config.ts"

/** What is read from files for each connection, so that a renewed certificate or password needs no restart. */
export interface Credentials {
  readonly password: string | undefined
  readonly tls: object | undefined
}

/** @throws when a file of the configuration cannot be read. */
export async function credentialsOf({ login, tls }: Pick<ShareConfig, "login" | "tls">): Promise<Credentials> {
  return { password: await passwordOf(login), tls: tls === null ? undefined : await tlsOptions(tls) }
}

async function passwordOf({ password, passwordFile }: ShareConfig["login"]): Promise<string | undefined> {
  if (passwordFile === null) return password?.()
  return (await readFile(passwordFile, "utf8")).replace(/\r?\n$/, "")
}

async function tlsOptions({ ca, cert, key, serverName }: StoreTls): Promise<object> {
  const read = async (file: string | null) => (file === null ? undefined : readFile(file, "utf8"))
  const [authority, certificate, privateKey] = await Promise.all([ca, cert, key].map(read))
  return {
    ...(authority === undefined ? {} : { ca: authority }),
    ...(certificate === undefined ? {} : { cert: certificate, key: privateKey }),
    ...(serverName === null ? {} : { servername: serverName }),
  }
}

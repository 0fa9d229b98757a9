import { join } from "node:path"
import { execa } from "execa"

/** Paths of PEM files. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

export interface Certificates {
  readonly ca: string
  readonly server: Certificate
  readonly client: Certificate
}

export function certificatesIn(dir: string): Certificates {
  return { ca: join(dir, "ca.crt"), server: pair(dir, "server"), client: pair(dir, "client") }
}

/** An authority that nobody else trusts, and what it signed. */
export async function makeCertificates(dir: string): Promise<void> {
  const { server, client } = certificatesIn(dir)
  const authority = pair(dir, "ca")
  await make(authority, "test authority", "basicConstraints=critical,CA:true")
  await Promise.all([
    make(server, "localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1", authority),
    make(client, "test client", "extendedKeyUsage=clientAuth", authority),
  ])
}

async function make({ cert, key }: Certificate, name: string, extension: string, by?: Certificate): Promise<void> {
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-keyout", key]
  const signer = by === undefined ? [] : ["-CA", by.cert, "-CAkey", by.key]
  const subject = ["-subj", `/CN=${name}`, "-addext", extension]
  await execa("openssl", ["req", "-x509", ...newKey, "-out", cert, ...subject, ...signer])
}

function pair(dir: string, name: string): Certificate {
  return { cert: join(dir, `${name}.crt`), key: join(dir, `${name}.key`) }
}

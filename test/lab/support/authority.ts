import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"

export interface KeyPair {
  readonly cert: Buffer
  readonly key: Buffer
}

/** An authority of the test's own, in a directory. */
export interface Authority {
  readonly file: string
  /** `days` -1: it has expired. */
  readonly sign: (name: string, days?: number) => KeyPair
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]

export function authorityIn(dir: string): Authority {
  const path = (name: string) => join(dir, name)
  const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { stdio: "pipe" })
  const self = ["-subj", "/CN=test authority", "-addext", "basicConstraints=critical,CA:true"]
  openssl("req", "-x509", ...KEY, "-keyout", path("ca.key"), "-out", path("ca.crt"), ...self)
  const sign = (name: string, days = 1): KeyPair => {
    const [key, request, cert] = [`${name}.key`, `${name}.csr`, `${name}${days}.crt`].map(path) as [
      string,
      string,
      string,
    ]
    const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`]
    openssl("req", "-new", ...KEY, "-keyout", key, "-out", request, ...subject)
    const by = ["-CA", path("ca.crt"), "-CAkey", path("ca.key"), "-copy_extensions", "copy"]
    openssl("x509", "-req", "-in", request, ...by, "-days", String(days), "-out", cert)
    return { cert: readFileSync(cert), key: readFileSync(key) }
  }
  return { file: path("ca.crt"), sign }
}

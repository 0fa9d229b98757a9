import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { execPath } from "node:process"
import { gzipSync } from "node:zlib"
import { copyrightText } from "./copyright.ts"
import type { Texts } from "./texts.ts"

/** Packages with native parts, which the bundle does not hold. */
const NATIVE = ["koffi", "@koromix", "net-ping", "raw-socket"]
/** Of these packages: what Node does not load once they are built. */
const SOURCES =
  /\/(doc|vendor|example|obj\.target|\.deps|musl_[^/]*)(\/|$)|\/[^/]+\.(?!c?js$|json$|node$)[^/.]+$|\/Makefile$/
const MAPS = /\.map$/

/** Fills `to` with everything as it is to lie on a system, below its root. */
export function stage(root: string, to: string, { man, bash }: Texts): void {
  const lib = join(to, "usr/lib/evenkeel")
  for (const folder of ["dist/src", "dist/chunks"]) copy(join(root, folder), join(lib, folder), MAPS)
  const modules = join(root, "node_modules")
  for (const name of NATIVE) copy(join(modules, name), join(lib, "node_modules", name), SOURCES)
  put(join(lib, "package.json"), readFileSync(join(root, "package.json")))
  copy(execPath, join(lib, "bin/node"), MAPS)
  const packaged = (name: string) => readFileSync(join(root, "packaging", name))
  put(join(to, "usr/bin/evenkeel"), packaged("debian/evenkeel.sh"), 0o755)
  put(join(to, "usr/lib/systemd/system/evenkeel.service"), packaged("evenkeel.service"))
  put(join(to, "etc/evenkeel/evenkeel.yaml.example"), packaged("evenkeel.yaml.example"))
  put(join(to, "usr/share/man/man8/evenkeel.8.gz"), gzipSync(man, { level: 9 }))
  put(join(to, "usr/share/bash-completion/completions/evenkeel"), bash)
  put(join(to, "usr/share/doc/evenkeel/copyright"), copyrightText(root))
  put(join(to, "usr/share/doc/evenkeel/changelog.gz"), gzipSync(readFileSync(join(root, "CHANGELOG.md")), { level: 9 }))
  for (const script of ["postinst", "prerm", "postrm"])
    put(join(to, "DEBIAN", script), packaged(`debian/${script}`), 0o755)
  put(join(to, "DEBIAN/conffiles"), "/etc/evenkeel/evenkeel.yaml.example\n")
}

/** Regular files below a folder, by their paths from there. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
}

export function bytesBelow(folder: string): number {
  return filesBelow(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
}

/** `without`: paths below `from` that stay away. */
function copy(from: string, to: string, without: RegExp): void {
  cpSync(from, to, {
    recursive: true,
    dereference: true,
    filter: source => !without.test(source.slice(from.length)),
  })
}

/** Whatever the umask is. */
export function put(file: string, content: string | Buffer, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  chmodSync(file, mode)
}

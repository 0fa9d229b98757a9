import { expect, test } from "vitest"
import { controlText, glibcOf } from "../../packaging/control.ts"

const control = { version: "1.2.0", architecture: "amd64", glibc: "2.28", installedBytes: 2049 }

test("a package says what it needs, in Debian's words", () => {
  const text = controlText(control)
  expect(text).toMatch(/^Package: evenkeel\nVersion: 1\.2\.0\nArchitecture: amd64\n/)
  expect(text).toContain("\nInstalled-Size: 3\n")
  expect(text).toMatch(/\nDepends: libc6 \(>= 2\.28\), .*iptables \(>= 1\.8\), iproute2, conntrack, ipset, /)
  expect(text.endsWith("\n")).toBe(true)
})

test("a release candidate is older than its release", () => {
  expect(controlText({ ...control, version: "1.2.0-rc.1" })).toContain("\nVersion: 1.2.0~rc.1\n")
})

test("the C library has to be as new as the newest function that any binary asks for", () => {
  const binaries = ["x GLIBC_2.4\0GLIBC_2.17\0", "GLIBC_2.28\0GLIBC_2.3\0GLIBCXX_3.4.30\0"].map(text =>
    Buffer.from(text),
  )
  expect(glibcOf(binaries)).toBe("2.28")
  expect(() => glibcOf([Buffer.from("musl")])).toThrow("no programs for a GNU system")
})

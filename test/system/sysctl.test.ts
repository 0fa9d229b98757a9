import { describe, expect, it } from "vitest"
import { readSysctl, writeSysctl } from "../../src/system/sysctl.ts"

describe("readSysctl", () => {
  it("reads a setting without its newline", async () => {
    expect(await readSysctl("kernel/ostype")).toBe("Linux")
  })

  it("answers null for an interface that does not exist", async () => {
    expect(await readSysctl("net/ipv4/conf/no.such0/rp_filter")).toBeNull()
  })
})

describe("writeSysctl", () => {
  it("names the file and says what is missing", async () => {
    await expect(writeSysctl("net/ipv4/conf/no.such0/rp_filter", "2")).rejects.toThrow(
      /^cannot write 2 to \/proc\/sys\/net\/ipv4\/conf\/no\.such0\/rp_filter: there is no such setting/,
    )
  })
})

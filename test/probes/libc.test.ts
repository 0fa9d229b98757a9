import { readdirSync } from "node:fs"
import { expect, it } from "vitest"
import { close, codeOf, duplicate, openSocket, setOption } from "../../probes/libc.ts"
import { resetOnClose } from "../../probes/socket-options.ts"

const openDescriptors = () => readdirSync("/proc/self/fd").length

it("opens, duplicates and closes sockets without leaving one behind", () => {
  const before = openDescriptors()
  const fd = openSocket(4, "tcp")
  const second = duplicate(fd)
  expect(openDescriptors()).toBe(before + 2)
  close(second)
  close(fd)
  expect(openDescriptors()).toBe(before)
})

it("names the errno and the call when the kernel refuses", () => {
  const fd = openSocket(4, "tcp")
  close(fd)
  const { level, option, value } = resetOnClose
  expect(() => {
    setOption(fd, level, option, value)
  }).toThrow(expect.objectContaining({ code: "EBADF", syscall: "setsockopt" }))
  expect(() => duplicate(fd)).toThrow(expect.objectContaining({ code: "EBADF", syscall: "fcntl" }))
})

it.each([
  ["Operation not permitted", "EPERM"],
  ["Resource temporarily unavailable", "EAGAIN"],
  ["No such device", "ENODEV"],
  ["Socket closed", undefined],
])("knows the text %j as %s", (text, code) => {
  expect(codeOf(text)).toBe(code)
})

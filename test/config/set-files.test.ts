import { expect, test } from "vitest"
import { joined, parseLines, setFilesIn } from "../../src/config/set-files.ts"

const read = (text: string) => joined([parseLines(text.split("\n"), 0)])

test("a set's file has one network a line, and comments", () => {
  expect(read("# of 2026\r\n10.0.0.0/8 # ours\r\n\r\n  2001:DB8::/32\t\n10.0.0.1#x")).toEqual({
    networks: ["10.0.0.0/8", "2001:db8::/32", "10.0.0.1/32"],
    problems: [],
  })
})

test("each bad line is told by its number, the first five of them", () => {
  expect(read("10.0.0.0/8\n10.0.0.5/24\nexample.net").problems).toEqual([
    expect.stringMatching(/^line 2: found 10\.0\.0\.5\/24.*write 10\.0\.0\.0\/24/),
    expect.stringMatching(/^line 3: found the text "example\.net", expected an address or a network/),
  ])
  expect(read("x\n".repeat(9)).problems.slice(5)).toEqual(["and 4 more such lines"])
})

test("lines are counted on from one part of a file to the next", () => {
  expect(joined([parseLines(["10.0.0.0/8"], 0), parseLines(["x"], 2000)]).problems).toEqual([
    expect.stringContaining("line 2001:"),
  ])
})

test("a file without a network is a mistake, not an empty set", () => {
  expect(read("# later\n").problems).toEqual(["holds no network; write one a line, or remove the set"])
})

test("files are found in a configuration that nothing else is known of", () => {
  const sets = { a: { file: "/a" }, b: { file: "/a" }, c: { file: "../c" }, d: null, e: ["x"], f: { file: 7 }, g: "/g" }
  expect(setFilesIn({ sets })).toEqual(["/a"])
  expect([setFilesIn({}), setFilesIn({ sets: null }), setFilesIn({ sets: "x" }), setFilesIn({ sets: [7] })]).toEqual([
    [],
    [],
    [],
    [],
  ])
})

import { expect, test } from "vitest"
import { webRows } from "../../src/cli/web-text.ts"

const web = { listen: { host: "127.0.0.1", port: 9477 }, token: null, hosts: [] }

test("check says where the page is, and who may do what there", () => {
  expect(webRows({ web: null })).toEqual([])
  expect(webRows({ web })).toEqual([
    ["page", "http://127.0.0.1:9477/ for this router alone, read only: it has no token"],
  ])
  expect(webRows({ web: { ...web, listen: { host: "::", port: 80 }, token: () => "x" } })).toEqual([
    ["page", "http://[::]:80/ for whoever reaches that address, who has the token may steer"],
  ])
})

import { expect, it } from "vitest"
import { markdownTable } from "./markdown.ts"

it("pads every column to its widest cell, figures to the right", () => {
  const rows = [
    ["dpinger", "14.9 s"],
    ["VyOS", "–"],
  ]
  expect(markdownTable(["", "found"], rows, "right")).toBe(
    "|         |  found |\n| ------- | -----: |\n| dpinger | 14.9 s |\n| VyOS    |      – |\n",
  )
  expect(markdownTable(["a", "b"], [["1", "2"]], "left")).toBe("| a   | b   |\n| --- | --- |\n| 1   | 2   |\n")
})

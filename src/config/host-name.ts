import { z } from "zod"
import { expected } from "./problems.ts"

/** Letters, digits, `-` and `_` between dots (RFC 1123, 2.1); at most 253 bytes fit into a question (RFC 1035, 2.3.4). */
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i

/** A last label of digits makes it an address, or none at all (WHATWG URL, 3.5: "ends in a number"). */
const ENDS_IN_NUMBER = /(?:^|\.)(?:\d+|0x[\da-f]*)$/i

export function isHostName(text: string): boolean {
  return HOST_NAME.test(text) && !ENDS_IN_NUMBER.test(text)
}

const RULE = "a host name in ASCII, such as example.com"

export const hostName = z
  .string({ error: expected(RULE) })
  .refine(isHostName, { error: expected(RULE) })
  .transform(text => text.toLowerCase())
  .meta({ title: "a host name" })

import ipaddr from "ipaddr.js"
import type { Family } from "./libc.ts"

/** Of an address in text. */
export function familyOf(address: string): Family {
  return address.includes(":") ? 6 : 4
}

/** The 4 or 16 bytes of an address in text. */
export function bytesOf(address: string): Buffer {
  return Buffer.from(ipaddr.parse(address).toByteArray())
}

/** The text of 4 or 16 bytes, as RFC 5952 writes it. */
export function textOf(bytes: Uint8Array): string {
  return ipaddr.fromByteArray([...bytes]).toString()
}

/** IPv6 has many texts for one address. */
export function isSameAddress(a: string, b: string): boolean {
  return a === b || (familyOf(a) === familyOf(b) && bytesOf(a).equals(bytesOf(b)))
}

const NO_HOST = ["unspecified", "broadcast", "multicast", "loopback", "linkLocal", "ipv4Mapped"]

/** Whether some other host, beyond a link, may have this address. */
export function isElsewhere(address: string): boolean {
  return !NO_HOST.includes(ipaddr.parse(address).range())
}

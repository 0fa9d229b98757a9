import { readFileSync } from "node:fs"
import ipaddr from "ipaddr.js"
import { DNS_PORT, type NameServer } from "../src/core/probe-spec.ts"
import { isElsewhere } from "./address.ts"

/** The name servers of this router that can be asked over a link: not those that run on it. See resolv.conf(5). */
export function nameServers(file = "/etc/resolv.conf"): readonly NameServer[] {
  const addresses = [...read(file).matchAll(/^nameserver[ \t]+(\S+)/gm)].map(([, address = ""]) => address)
  return addresses
    .filter(address => ipaddr.isValid(address) && !address.includes("%") && isElsewhere(address))
    .map(address => ({ address, port: DNS_PORT }))
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}

export interface Subnet {
  /** Any address within it. */
  readonly address: string
  readonly prefixLength: number
}

/** Whether an IPv4 address lies in the subnet. Both in dotted form. */
export function isWithin(address: string, subnet: Subnet): boolean {
  const size = 2 ** (32 - subnet.prefixLength)
  return Math.floor(numberOf(address) / size) === Math.floor(numberOf(subnet.address) / size)
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0)
}

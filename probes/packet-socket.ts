import koffi from "koffi"
import { checked, close, libc, type Family } from "./libc.ts"

koffi.struct("sock_filter", { code: "uint16", jt: "uint8", jf: "uint8", k: "uint32" })
koffi.struct("sock_fprog", { len: "uint16", filter: "const sock_filter *" })
koffi.struct("sockaddr_ll", {
  sll_family: "uint16",
  sll_protocol: "uint16_be",
  sll_ifindex: "int",
  sll_hatype: "uint16",
  sll_pkttype: "uint8",
  sll_halen: "uint8",
  sll_addr: koffi.array("uint8", 8),
})
const cSocket = libc.func("int socket(int, int, int)") as (domain: number, type: number, protocol: number) => number
const cFilter = libc.func("int setsockopt(int, int, int, const sock_fprog *, uint32_t)") as (
  fd: number,
  level: number,
  option: number,
  program: object,
  length: number,
) => number
const cBind = libc.func("int bind(int, const sockaddr_ll *, uint32_t)") as (
  fd: number,
  address: object,
  length: number,
) => number
const cIndex = libc.func("unsigned int if_nametoindex(const char *)") as (device: string) => number
const cReceive = libc.func("intptr_t recv(int, void *, size_t, int)") as (
  fd: number,
  buffer: Uint8Array,
  length: number,
  flags: number,
) => number

const AF_PACKET = 17
const SOCK_DGRAM = 2
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const SO_ATTACH_FILTER = 26
const ETH_P_ALL = 3
const ETH_P_IP = 0x0800
const ETH_P_IPV6 = 0x86dd
const PACKET_HOST = 0
const IPPROTO_TCP = 6

/** The longest IPv4 header, longer than that of IPv6, and the fixed part of TCP's. */
const HEADERS = 60 + 20

/** SKF_AD_OFF of linux/filter.h: what the kernel knows of a packet beside its bytes. */
const AD = 0x1_0000_0000 - 0x1000
const [LD_BYTE, LD_HALF, LD_WORD, JEQ, JSET, RET] = [0x30, 0x28, 0x20, 0x15, 0x45, 0x06]

/** Classic BPF, as in linux/filter.h: headers of IPv4 TCP packets that come in to this host, first fragments only. */
const INCOMING_TCP = [
  { code: LD_HALF, jt: 0, jf: 0, k: AD },
  { code: JEQ, jt: 0, jf: 7, k: ETH_P_IP },
  { code: LD_WORD, jt: 0, jf: 0, k: AD + 4 },
  { code: JEQ, jt: 0, jf: 5, k: PACKET_HOST },
  { code: LD_BYTE, jt: 0, jf: 0, k: 9 },
  { code: JEQ, jt: 0, jf: 3, k: IPPROTO_TCP },
  { code: LD_HALF, jt: 0, jf: 0, k: 6 },
  { code: JSET, jt: 1, jf: 0, k: 0x1fff },
  { code: RET, jt: 0, jf: 0, k: HEADERS },
  { code: RET, jt: 0, jf: 0, k: 0 },
]

/** The same of IPv6, where TCP follows the header at once: extension headers are rare, and fragments have one (RFC 8200). */
const INCOMING_TCP6 = [
  { code: LD_HALF, jt: 0, jf: 0, k: AD },
  { code: JEQ, jt: 0, jf: 5, k: ETH_P_IPV6 },
  { code: LD_WORD, jt: 0, jf: 0, k: AD + 4 },
  { code: JEQ, jt: 0, jf: 3, k: PACKET_HOST },
  { code: LD_BYTE, jt: 0, jf: 0, k: 6 },
  { code: JEQ, jt: 0, jf: 1, k: IPPROTO_TCP },
  { code: RET, jt: 0, jf: 0, k: HEADERS },
  { code: RET, jt: 0, jf: 0, k: 0 },
]

const FILTERS = { 4: INCOMING_TCP, 6: INCOMING_TCP6 } as const

/**
 * Hears what comes in over one interface: packet(7). ETH_P_ALL, since taps of one protocol alone are passed by what a
 * flowtable forwards; SOCK_DGRAM, so that packets begin with the IP header on every kind of interface.
 *
 * @returns the descriptor, which the caller closes
 * @throws SystemError: ENODEV when there is no such interface, EPERM without CAP_NET_RAW, EMFILE, …
 */
export function openIncomingTcp(device: string, family: Family): number {
  // Protocol 0: nothing is heard before the filter is in place.
  const fd = checked("socket", cSocket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
  try {
    attachFilter(fd, FILTERS[family])
    bind(fd, checked("if_nametoindex", cIndex(device) || -1))
    return fd
  } catch (error) {
    close(fd)
    throw error
  }
}

function attachFilter(fd: number, filter: readonly object[]): void {
  const program = { len: filter.length, filter }
  checked("setsockopt", cFilter(fd, SOL_SOCKET, SO_ATTACH_FILTER, program, koffi.sizeof("sock_fprog")))
}

function bind(fd: number, index: number): void {
  const anyone = { sll_hatype: 0, sll_pkttype: 0, sll_halen: 0, sll_addr: [0, 0, 0, 0, 0, 0, 0, 0] }
  const address = { sll_family: AF_PACKET, sll_protocol: ETH_P_ALL, sll_ifindex: index, ...anyone }
  checked("bind", cBind(fd, address, koffi.sizeof("sockaddr_ll")))
}

const buffer = Buffer.alloc(HEADERS)

/** The headers of the next packet, valid until the next call; undefined: none is waiting, or the interface went down. */
export function nextHeaders(fd: number): Buffer | undefined {
  const length = cReceive(fd, buffer, buffer.length, 0)
  return length < 0 ? undefined : buffer.subarray(0, length)
}

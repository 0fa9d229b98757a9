/** A router as far as rules and routes go, in sh(1): nobody answers on its links. `rules` prints all that evenkeel sets up. */
export const ROUTER = `
  ip link set lo up
  for i in 0 1 2; do
    ip link add eth$i type veth peer name far$i
    ip addr add 192.168.$i.2/24 dev eth$i
    ip link set eth$i up
    ip link set far$i up
  done
  ip route add default via 192.168.0.1
  rules() { { iptables-save; ip rule; ip route show table all; } | grep -v '^#' | sed 's/\\[[0-9:]*\\]//'; }
`

export const CONFIG = `
lan: [eth2]
links:
  - { name: isp1, interface: eth0, mark: 1, weight: 70, gateway: 192.168.0.1 }
  - { name: isp2, interface: eth1, mark: 2, weight: 30, gateway: 192.168.1.1 }
probes: [{ icmp: 1.1.1.1 }, { icmp: 9.9.9.9 }]
`

#!/bin/sh
# What each container of the compose lab is: the first argument names it, the others say where it is.
set -eu

# The interface in the network that begins so; Docker names them in an order of its own, and may add one late.
interface() {
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    found=$(ip -o -4 address | awk -v net="$1." 'index($4, net) == 1 { print $2; exit }')
    if [ -n "$found" ]; then echo "$found"; return; fi
    sleep 1
  done
  echo "no interface has an address in $1.0/24" >&2
  return 1
}

# As a DHCP client would: one default route a provider, the better one with the lower metric.
router() {
  fibre=$(interface 10.91.1)
  cable=$(interface 10.91.2)
  lan=$(interface "$2")
  ip route del default || true
  ip route add default via 10.91.1.2 dev "$fibre" metric 100
  ip route add default via 10.91.2.2 dev "$cable" metric 200
  mkdir -p /etc/evenkeel
  sed "s/@ROUTER@/$1/; s/@LAN@/$lan/; s/@FIBRE@/$fibre/; s/@CABLE@/$cable/" evenkeel.yaml > /etc/evenkeel/evenkeel.yaml
  exec evenkeel run
}

provider() {
  wan=$(interface 10.91.0)
  ip route replace default via 10.91.0.100
  iptables -t nat -A POSTROUTING -o "$wan" -j MASQUERADE
  exec sleep infinity
}

# Two addresses that answer pings, and on port 80 with the provider that a connection came by.
internet() {
  ip address add 198.51.100.1/32 dev lo
  ip address add 203.0.113.1/32 dev lo
  exec node internet.mjs
}

# Connects four times a second, and prints by which provider.
client() {
  ip route replace default via "$1"
  exec node client.mjs
}

# Debian has the server in redis-tools, where it takes its part from the name it is called by.
redis() {
  ln -sf "$(command -v redis-check-rdb)" /usr/local/bin/redis-server
  exec redis-server --save "" --requirepass "$REDIS_PASSWORD"
}

"$@"

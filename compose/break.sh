#!/bin/sh
# sh compose/break.sh [fibre-1|cable-1]: the provider falls silent for a while, and both routers say what they make of it.
set -eu
cd "$(dirname "$0")/.."
compose=${COMPOSE:-docker compose}
case ${1:-fibre-1} in fibre-1) isp=isp1 ;; cable-1) isp=isp2 ;; *) echo "fibre-1 or cable-1" >&2; exit 2 ;; esac
say() { for router in rtr-a rtr-b; do $compose exec -T "$router" evenkeel status; echo; done; }

echo "▶ ${1:-fibre-1}: $isp drops everything, and its carrier stays"
$compose exec -T "$isp" iptables -t raw -I PREROUTING -j DROP
sleep 3
say
echo "▶ it is mended; new flows come back after upAfter (10 s)"
$compose exec -T "$isp" iptables -t raw -D PREROUTING -j DROP
sleep 12
say

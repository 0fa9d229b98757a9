#!/bin/sh
# sh compose/break.sh [fibre-1|cable-1]: the provider falls silent for a while, and both routers say what they make of it.
set -eu
cd "$(dirname "$0")/.."
compose="docker compose"
$compose version > /dev/null 2>&1 || compose=docker-compose
line=${1:-fibre-1}
case $line in fibre-1) isp=isp1 ;; cable-1) isp=isp2 ;; *) echo "fibre-1 or cable-1" >&2; exit 2 ;; esac

# The raw table is this script's own here. Whatever ends it, the line is mended.
mend() { $compose exec -T "$isp" iptables -t raw -F PREROUTING; }
say() { for router in rtr-a rtr-b; do $compose exec -T "$router" evenkeel status; echo; done; }
trap mend EXIT
trap 'exit 130' INT TERM

echo "▶ $line: $isp drops everything, and its carrier stays"
$compose exec -T "$isp" iptables -t raw -I PREROUTING -j DROP
sleep 3
say
echo "▶ it is mended; new flows come back after upAfter (10 s)"
mend
sleep 12
say

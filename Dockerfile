# One image for every part of the compose lab: the router with evenkeel, the providers, the internet, clients and Redis.
ARG BASE=node:20-bookworm-slim

# Built in here, whatever the host is: net-ping's raw-socket is of this Node and this C library.
FROM ${BASE} AS build
LABEL evenkeel=lab
RUN for program in python3 make g++; do command -v "$program" || exit 1; done > /dev/null \
  || (apt-get update && apt-get install -y --no-install-recommends python3 make g++)
WORKDIR /opt/evenkeel
COPY package.json package-lock.json .npmrc ./
# Node's own headers, where they came with it: node-gyp would download them otherwise.
RUN if [ -f /usr/local/include/node/node.h ]; then export npm_config_nodedir=/usr/local; fi; npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM ${BASE}
LABEL evenkeel=lab
# redis-tools has the server too, by another name; redis-server would add a service.
RUN for program in iptables ip conntrack ipset sysctl ping redis-cli; do command -v "$program" || exit 1; done > /dev/null \
  || (apt-get update \
    && apt-get install -y --no-install-recommends iptables iproute2 conntrack ipset procps iputils-ping redis-tools \
    && rm -rf /var/lib/apt/lists/*)
WORKDIR /opt/evenkeel
COPY --from=build /opt/evenkeel/package.json ./
COPY --from=build /opt/evenkeel/node_modules node_modules
COPY --from=build /opt/evenkeel/dist dist
COPY compose compose
RUN ln -s /opt/evenkeel/dist/src/main.js /usr/local/bin/evenkeel
WORKDIR /opt/evenkeel/compose
# As in packaging/evenkeel.service.
ENV UV_THREADPOOL_SIZE=16
ENTRYPOINT ["sh", "entry.sh"]

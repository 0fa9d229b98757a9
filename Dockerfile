# One image for every part of the compose lab: the router with evenkeel, the providers, the internet, clients and Redis.
# The program is built before (npm run setup): dist and node_modules are copied as they are.
ARG BASE=node:20-bookworm-slim
FROM ${BASE}
# redis-tools has the server too, by another name; redis-server would add a service.
RUN for program in iptables ip conntrack sysctl ping redis-cli; do command -v "$program" || exit 1; done > /dev/null 2>&1 \
  || (apt-get update \
    && apt-get install -y --no-install-recommends iptables iproute2 conntrack procps iputils-ping redis-tools \
    && rm -rf /var/lib/apt/lists/*)
COPY package.json /opt/evenkeel/
COPY node_modules /opt/evenkeel/node_modules
COPY dist /opt/evenkeel/dist
COPY compose /opt/evenkeel/compose
RUN ln -s /opt/evenkeel/dist/src/main.js /usr/local/bin/evenkeel && chmod +x /opt/evenkeel/dist/src/main.js
WORKDIR /opt/evenkeel/compose
ENTRYPOINT ["sh", "entry.sh"]

# Builds with npm alone, runs as nobody on the pinned Node.
#   docker build -t lamplighter .
#   docker run -p 8642:8642 -v lamplighter-data:/data -v ./lamplighter.yaml:/etc/lamplighter/lamplighter.yaml:ro lamplighter
FROM node:24-bookworm-slim AS build
WORKDIR /opt/lamplighter
COPY . .
RUN npm run setup && npm prune --omit=dev --no-audit --no-fund && rm -rf web/src test bench demo .git

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates tzdata && rm -rf /var/lib/apt/lists/* \
 && useradd --system --home-dir /data --shell /usr/sbin/nologin lamplighter \
 && mkdir -p /data && chown lamplighter /data
COPY --from=build /opt/lamplighter /opt/lamplighter
USER lamplighter
WORKDIR /data
VOLUME /data
EXPOSE 8642
# One arena for all threads, and memory given back early: less memory.
ENV NODE_ENV=production MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072 MALLOC_MMAP_THRESHOLD_=131072
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/opt/lamplighter/node_modules/node/bin/node", "-e", "fetch('http://127.0.0.1:8642/-/ready').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/opt/lamplighter/node_modules/node/bin/node", "--max-semi-space-size=4", "--max-old-space-size=1024", "/opt/lamplighter/bin/main.mjs"]
CMD ["serve", "--config", "/etc/lamplighter/lamplighter.yaml", "--data", "/data", "--listen", "0.0.0.0:8642"]

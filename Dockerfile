# Centrala: web pages on 8080, SMTP on 2525, everything that must survive in /data.
#   docker build -t centrala . && docker run -p 8080:8080 -p 25:2525 -v centrala:/data centrala

FROM node:26-trixie-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# better-sqlite3 brings its compiled files along; its sources, other systems' builds and the packages' maps and tests stay out of the image.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && cd node_modules \
 && rm -rf better-sqlite3/deps better-sqlite3/src better-sqlite3/prebuilds/darwin-* better-sqlite3/prebuilds/win32-* better-sqlite3/prebuilds/linuxmusl-* \
 && find @tabler/core -mindepth 1 -maxdepth 1 ! -name dist ! -name package.json ! -name 'LICENSE*' -exec rm -rf {} + \
 && find @tabler/core/dist -type f ! -name tabler.min.css -delete \
 && find @tabler/icons -mindepth 1 -maxdepth 1 ! -name icons ! -name package.json ! -name 'LICENSE*' -exec rm -rf {} + \
 && rm -rf @tabler/icons/icons/filled \
 && find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
 && find . -type d -empty -delete

FROM node:26-trixie-slim AS postgres
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-17

FROM node:26-trixie-slim AS centrala
WORKDIR /app
# restic keeps the backups, ssh brings them to another server; what dumps PostgreSQL without the Perl that Debian's package brings along.
RUN apt-get update \
 && apt-get install -y --no-install-recommends restic openssh-client libpq5 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=postgres /usr/lib/postgresql/17/bin/pg_dump /usr/lib/postgresql/17/bin/pg_restore /usr/local/bin/
# Five of these keep it small: see core/bin/bootstrap.mjs.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=262144 \
    MALLOC_TRIM_THRESHOLD_=262144 \
    NODE_COMPILE_CACHE=/data/.cache/node \
    NODE_OPTIONS="--max-semi-space-size=4 --max-old-space-size=768" \
    CENTRALA_DATA_DIR=/data \
    CENTRALA_HTTP_HOST=0.0.0.0 \
    CENTRALA_SMTP_HOST=0.0.0.0
RUN mkdir /data && chown node:node /data && ln -s /app/core/bin/centrala.mjs /usr/local/bin/centrala
COPY --from=packages /app/node_modules ./node_modules
# Without the lock file the commands know that there is nothing to install here.
COPY package.json README.md CHANGELOG.md ./
COPY config ./config
COPY migrations ./migrations
COPY core ./core
COPY plugins ./plugins
COPY views ./views
USER node
VOLUME /data
EXPOSE 8080 2525
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.CENTRALA_HTTP_PORT || 8080}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "core/main.ts"]

# docker build --target with-spamassassin -t centrala . : scores mail with a spamd of its own; its Bayes database is in /data/spamassassin.
FROM centrala AS with-spamassassin
USER root
RUN apt-get update \
 && apt-get install -y --no-install-recommends spamd \
 && rm -rf /var/lib/apt/lists/*
USER node
ENV CENTRALA_SPAMD=embedded

# The last stage is what a build without --target makes.
FROM centrala AS plain

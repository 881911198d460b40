# Centrala: web pages on 8080, SMTP on 2525, everything that must survive in /data.
#   docker build -t centrala . && docker run -p 8080:8080 -p 25:2525 -v centrala:/data centrala

FROM node:26-trixie-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# better-sqlite3 brings its compiled files along; its sources, other systems' builds and the packages' maps, types and manuals stay out of the image.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && cd node_modules \
 && rm -rf better-sqlite3/deps better-sqlite3/src \
 && find better-sqlite3/prebuilds -type f ! -name "linux-$(node -p process.arch).node" -delete \
 && find @tabler/core -mindepth 1 -maxdepth 1 ! -name dist ! -name package.json ! -name 'LICENSE*' -exec rm -rf {} + \
 && find @tabler/core/dist -type f ! -name tabler.min.css -delete \
 && find @tabler/icons -mindepth 1 -maxdepth 1 ! -name tabler-nodes-outline.json ! -name package.json ! -name 'LICENSE*' -exec rm -rf {} + \
 && find . -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.flow' -o -name '*.md' \) -delete \
 && find . -type d -empty -delete

# What is taken from other images: Node without its symbols and npm, and what dumps PostgreSQL without the Perl that Debian's package brings along.
FROM node:26-trixie-slim AS programs
RUN apt-get update \
 && apt-get install -y --no-install-recommends binutils postgresql-client-17 \
 && mkdir /programs \
 && cp /usr/local/bin/node /usr/lib/postgresql/17/bin/pg_dump /usr/lib/postgresql/17/bin/pg_restore /programs/ \
 && strip /programs/node \
 && /programs/node --version

# All that the image has of Debian. restic keeps the backups, ssh brings them to another server, busybox is for people who look around in it;
# tini is process 1: it hands signals on and buries what others leave behind.
FROM debian:trixie-slim AS root
COPY config/image-root.sh /
RUN sh /image-root.sh /root-fs \
      busybox-static ca-certificates libatomic1 liblz4-1 libpq5 libstdc++6 libzstd1 openssh-client restic tini zlib1g \
 && for name in $(busybox --list); do test -e "/root-fs/usr/bin/$name" || ln -s busybox "/root-fs/usr/bin/$name"; done \
 && mkdir -p /root-fs/etc/ssl/certs /root-fs/usr/local/bin \
 && cp /etc/ssl/certs/ca-certificates.crt /root-fs/etc/ssl/certs/ \
 && cp /etc/nsswitch.conf /root-fs/etc/ \
 && printf 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/data:/bin/sh\n' > /root-fs/etc/passwd \
 && printf 'root:x:0:\nnode:x:1000:\n' > /root-fs/etc/group \
 && install -d -o 1000 -g 1000 /root-fs/data \
 && ln -s /app/core/bin/centrala.mjs /root-fs/usr/local/bin/centrala

FROM debian:trixie-slim AS root-with-spamassassin
COPY config/image-root.sh /
RUN sh /image-root.sh /root-fs spamd

FROM scratch AS product
WORKDIR /app
COPY --from=root /root-fs /
COPY --from=programs /programs /usr/local/bin/
# Five of these keep it small and its start short: see core/bin/bootstrap.mjs.
ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    NODE_ENV=production \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=32768 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    NODE_COMPILE_CACHE=/data/.cache/node \
    NODE_OPTIONS="--max-semi-space-size=2 --max-old-space-size=768 --expose-gc --import=/app/core/bin/resolver.mjs" \
    CENTRALA_DATA_DIR=/data \
    CENTRALA_HTTP_HOST=0.0.0.0 \
    CENTRALA_SMTP_HOST=0.0.0.0
COPY --from=packages /app/node_modules ./node_modules
# Without the lock file the commands know that there is nothing to install here.
COPY package.json README.md CHANGELOG.md ./
COPY config ./config
COPY migrations ./migrations
COPY core ./core
COPY plugins ./plugins
COPY views ./views
USER node

# What Node compiles at a first start (docs/decisions/0712-the-image-brings-its-compiled-code.md).
FROM product AS compiled
RUN ["node", "config/image-compiled.mjs", "/tmp/compiled"]

FROM product AS centrala
COPY --from=compiled /tmp/compiled ./
VOLUME /data
EXPOSE 8080 2525
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.CENTRALA_HTTP_PORT || 8080}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "-s", "--"]
CMD ["node", "core/main.ts"]

# docker build --target with-spamassassin -t centrala . : scores mail with a spamd of its own; its Bayes database is in /data/spamassassin.
FROM centrala AS with-spamassassin
COPY --from=root-with-spamassassin /root-fs /
ENV CENTRALA_SPAMD=embedded

# The last stage is what a build without --target makes.
FROM centrala AS plain

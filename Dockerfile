# One image for the API, the gateway and the echo upstream; the command says which.

# The full image contains the tools for compiling sqlite3 and the native engine: python3, make, g++ and Node's headers.
FROM node:26-trixie AS build
WORKDIR /sluice
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json .npmrc ./
RUN npm_config_nodedir=/usr/local npm ci --include=dev --loglevel=error
COPY scripts scripts
COPY libs/engine/native libs/engine/native
RUN npm run build:engine
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY apps apps
COPY libs libs
COPY migrations migrations
RUN npm run build && npm run build:console
# The sources of sqlite3 are not needed at run time, nor is TypeScript, which is installed as a peer of a compiler
# plugin.
RUN npm prune --omit=dev --loglevel=error \
  && rm -rf dist/.tsbuildinfo node_modules/typescript node_modules/.bin \
  && rm -rf node_modules/sqlite3/deps node_modules/sqlite3/src \
  && find node_modules/sqlite3/build -type f ! -name node_sqlite3.node -delete

FROM node:26-trixie-slim
ENV NODE_ENV=production \
  NODE_OPTIONS=--enable-source-maps \
  SLUICE_DATA_DIR=/data
WORKDIR /sluice
COPY --from=build /usr/bin/tini-static /usr/local/bin/tini
COPY --from=build /sluice/package.json ./
COPY --from=build /sluice/node_modules node_modules
COPY --from=build /sluice/dist dist
# The command, on the PATH: docker compose exec gateway sluice help
COPY sluice ./
RUN ln -s /sluice/sluice /usr/local/bin/sluice
# The only writable folder. A volume mounted here gets its owner.
RUN install -d -o node -g node -m 0700 /data
USER node
EXPOSE 3000 8080 9000 9090
ENTRYPOINT ["tini", "--"]
CMD ["node", "dist/apps/gateway/main.js"]

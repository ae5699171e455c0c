FROM node:22-bookworm-slim AS build
WORKDIR /app
ENV YARN_NODE_LINKER=node-modules
ENV YARN_ENABLE_GLOBAL_CACHE=true
ENV YARN_ENABLE_TELEMETRY=false
RUN npm install --global --force @yarnpkg/cli-dist@4.10.3
COPY package.json yarn.lock* .yarnrc.yml* ./
RUN --mount=type=cache,target=/root/.yarn/berry/cache yarn workspaces focus --all --production
COPY . .

FROM node:22-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PATH=/app/node_modules/.bin:$PATH \
    PORT=3000
WORKDIR /app
COPY --from=build --chown=node:node /app /app/
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node","-e","fetch('http://127.0.0.1:'+process.env.PORT+'/',{redirect:'manual'}).then(r=>process.exit(r.status<500?0:1),()=>process.exit(1))"]
CMD ["node","server.js"]

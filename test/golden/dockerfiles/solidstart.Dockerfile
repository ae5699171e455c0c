FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package*.json npm-shrinkwrap.json* .npmrc* ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .
ENV NITRO_PRESET=node-server
RUN npm run build

FROM node:22-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000
WORKDIR /app
COPY --from=build --chown=node:node /app/.output/ /app/.output/
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node","-e","fetch('http://127.0.0.1:'+process.env.PORT+'/',{redirect:'manual'}).then(r=>process.exit(r.status<400?0:1),()=>process.exit(1))"]
CMD ["node",".output/server/index.mjs"]

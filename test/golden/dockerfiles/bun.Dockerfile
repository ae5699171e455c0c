FROM oven/bun:1-slim AS build
WORKDIR /app
COPY package.json bun.lock* bunfig.toml* .npmrc* ./
RUN --mount=type=cache,target=/root/.bun/install/cache bun install --frozen-lockfile --production
COPY . .

FROM oven/bun:1-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    PATH=/app/node_modules/.bin:$PATH
WORKDIR /app
COPY --from=build --chown=bun:bun /app ./
USER bun
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["bun","-e","fetch('http://127.0.0.1:'+process.env.PORT+'/',{redirect:'manual'}).then(r=>process.exit(r.status<500?0:1),()=>process.exit(1))"]
CMD ["bun","index.ts"]

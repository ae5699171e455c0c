FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package*.json npm-shrinkwrap.json* .npmrc* ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .
ENV NEXT_TELEMETRY_DISABLED=1
RUN npm run build

FROM node:22-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    HOSTNAME=0.0.0.0 \
    PORT=3000
WORKDIR /app
COPY --from=build --chown=node:node /app/.next/standalone/ /app/
COPY --from=build --chown=node:node /app/.next/static/ /app/.next/static/
COPY --from=build --chown=node:node /app/public/ /app/public/
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node","-e","fetch('http://127.0.0.1:'+process.env.PORT+'/api/health',{redirect:'manual'}).then(r=>process.exit(r.status<400?0:1),()=>process.exit(1))"]
CMD ["node","server.js"]

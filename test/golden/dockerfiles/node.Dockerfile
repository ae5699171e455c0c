FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package*.json npm-shrinkwrap.json* .npmrc* ./
RUN --mount=type=cache,target=/root/.npm npm install --omit=dev
COPY . .

FROM node:22-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PATH=/app/node_modules/.bin:$PATH \
    PORT=4321
WORKDIR /app
COPY --from=build --chown=node:node /app /app/
USER node
EXPOSE 4321
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node","-e","fetch('http://127.0.0.1:'+process.env.PORT+'/',{redirect:'manual'}).then(r=>process.exit(r.status<500?0:1),()=>process.exit(1))"]
CMD ["node","lib/main.js"]

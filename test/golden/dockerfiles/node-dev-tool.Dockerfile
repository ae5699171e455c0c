FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package*.json npm-shrinkwrap.json* .npmrc* ./
RUN --mount=type=cache,target=/root/.npm npm install --include=dev
COPY . .

FROM node:22-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8787 \
    PATH=/app/node_modules/.bin:$PATH
WORKDIR /app
COPY --from=build --chown=node:node /app ./
USER node
EXPOSE 8787
CMD ["npm","run","start"]

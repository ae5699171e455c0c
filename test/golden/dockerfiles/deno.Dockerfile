FROM denoland/deno:2.9.6
ENV DENO_DIR=/deno-dir \
    DENO_NO_UPDATE_CHECK=1 \
    PORT=8000
WORKDIR /app
COPY deno.json deno.lock* package.json* ./
RUN deno install --frozen
COPY . .
RUN deno cache main.ts
RUN chown -R deno:deno /app /deno-dir
USER deno
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["deno","eval","fetch('http://127.0.0.1:'+Deno.env.get('PORT')+'/',{redirect:'manual'}).then(r=>Deno.exit(r.status<500?0:1),()=>Deno.exit(1))"]
CMD ["deno","run","--allow-net","--allow-env","main.ts"]

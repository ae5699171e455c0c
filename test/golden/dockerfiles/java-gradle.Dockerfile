FROM gradle:8-jdk17 AS build
ENV GRADLE_USER_HOME=/root/.gradle
WORKDIR /app
COPY build.gradle settings.gradle ./
RUN --mount=type=cache,target=/root/.gradle gradle --no-daemon dependencies
COPY . .
RUN --mount=type=cache,target=/root/.gradle gradle --no-daemon installDist
RUN mkdir -p /out/classes && mv build/install/shop/lib /out/

FROM eclipse-temurin:17-jre
ENV JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75 \
    PORT=8087
RUN useradd --system --create-home app
WORKDIR /app
COPY --from=build /out/lib ./lib
COPY --from=build /out/classes ./classes
USER app
EXPOSE 8087
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s CMD ["bash","-c","exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET / HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && (( status < 500 ))"]
CMD ["/bin/sh","-c","exec java -cp 'classes:lib/*' com.example.Main"]

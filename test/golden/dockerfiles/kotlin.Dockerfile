FROM maven:3-eclipse-temurin-17 AS build
WORKDIR /app
COPY pom.xml ./
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp dependency:go-offline
COPY . .
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp package dependency:copy-dependencies -DincludeScope=runtime -DskipTests
RUN mkdir -p /out target/dependency && mv target/classes /out/ && mv target/dependency /out/lib

FROM eclipse-temurin:17-jre
ENV JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75 \
    PORT=8086
RUN useradd --system --create-home app
WORKDIR /app
COPY --from=build /out/lib ./lib
COPY --from=build /out/classes ./classes
USER app
EXPOSE 8086
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s CMD ["bash","-c","exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET / HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && (( status < 500 ))"]
CMD ["/bin/sh","-c","exec java -cp 'classes:lib/*' com.example.MainKt"]

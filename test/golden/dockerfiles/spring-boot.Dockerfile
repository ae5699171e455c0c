FROM maven:3-eclipse-temurin-17 AS build
WORKDIR /app
COPY pom.xml ./
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp dependency:go-offline
COPY . .
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp package -DskipTests
RUN mkdir /out && find target -maxdepth 1 -name '*.jar' ! -name '*-sources.jar' ! -name '*-javadoc.jar' ! -name '*-plain.jar' -exec cp {} /out/app.jar ';' && java -Djarmode=tools -jar /out/app.jar extract --destination /out/app

FROM eclipse-temurin:17-jre
ENV JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75 \
    PORT=8090
RUN useradd --system --create-home app
WORKDIR /app
COPY --from=build /out/app/lib ./lib
COPY --from=build /out/app/app.jar ./
USER app
EXPOSE 8090
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s CMD ["bash","-c","exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET / HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && (( status < 500 ))"]
CMD ["/bin/sh","-c","exec java -Dserver.port=$PORT -jar app.jar"]

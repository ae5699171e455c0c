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
CMD ["/bin/sh","-c","exec java -Dserver.port=$PORT -jar app.jar"]

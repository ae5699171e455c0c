FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build
WORKDIR /src
COPY global.json ./
COPY Shop/Shop.csproj Shop/packages.lock.json Shop/
COPY Shop.Core/Shop.Core.csproj Shop.Core/packages.lock.json Shop.Core/
RUN --mount=type=cache,target=/root/.nuget/packages dotnet restore Shop/Shop.csproj --locked-mode
COPY . .
RUN --mount=type=cache,target=/root/.nuget/packages dotnet publish Shop/Shop.csproj --configuration Release --no-restore --output /out -p:UseAppHost=false

FROM mcr.microsoft.com/dotnet/aspnet:8.0
RUN useradd --system --create-home web
WORKDIR /app
COPY --from=build /out ./
ENV PORT=8080
USER web
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["bash","-c","exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET / HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && (( status < 500 ))"]
CMD ["/bin/sh","-c","exec env ASPNETCORE_URLS=http://0.0.0.0:$PORT dotnet Shop.dll"]

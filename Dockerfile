# Tenet as a container: "tenetd serve" as an unprivileged user.
#
#     docker build --build-arg VERSION=$(git describe --tags --always) .

FROM debian:bookworm-slim AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev make \
       pkg-config libmicrohttpd-dev libgnutls28-dev libpq-dev \
       libjansson-dev uuid-dev libssl-dev libsodium-dev zlib1g-dev \
       libcurl4-openssl-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
ARG VERSION=unknown
RUN make build/tenetd VERSION="$VERSION"

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl \
       libmicrohttpd12 libgnutls30 libpq5 libjansson4 libuuid1 libssl3 \
       libsodium23 zlib1g libcurl4 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home tenet
COPY --from=build /src/build/tenetd /usr/local/bin/tenetd
USER tenet
EXPOSE 9696
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD curl --fail --silent --output /dev/null \
        http://127.0.0.1:9696/healthz \
        || curl --fail --silent --show-error --insecure --output /dev/null \
        https://127.0.0.1:9696/healthz
ENTRYPOINT ["tenetd"]
CMD ["serve"]

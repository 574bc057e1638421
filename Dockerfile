# A static program in an otherwise empty image, run by nobody in particular. It
# writes to /var/lib/anteroom alone, so that the rest can be read-only.
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags='-s -w -buildid=' -o /out/anteroom ./cmd/anteroom \
 && mkdir -p /out/state

FROM scratch
# For rediss://, whose certificate has to be checked.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/anteroom /anteroom
COPY --from=build --chown=10001:10001 --chmod=0700 /out/state /var/lib/anteroom
USER 10001:10001
ENV ANTEROOM_LISTEN=:8080 \
    ANTEROOM_STATE_DIR=/var/lib/anteroom
VOLUME /var/lib/anteroom
# Pages and API, for the reverse proxy; media, for the browsers themselves.
EXPOSE 8080/tcp 7900/udp 7900/tcp
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s CMD ["/anteroom", "health"]
ENTRYPOINT ["/anteroom"]

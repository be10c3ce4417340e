# The image holds one static binary, certificates and time zones; it runs as nobody in particular and needs a
# DATABASE_URL, for there is no PostgreSQL inside. See docker-compose.yml.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# nodynamic: the WebP encoder would otherwise look for a system library, which makes the binary ask for a loader
# that an empty image has not.
RUN CGO_ENABLED=0 go build -tags nodynamic -trimpath -ldflags="-s -w" -o /out/yarmarka ./cmd/yarmarka && mkdir -p /out/data /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
COPY --from=build /out/yarmarka /yarmarka
USER 65532:65532
ENV YARMARKA_ADDR=0.0.0.0:8080 YARMARKA_DATA=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["/yarmarka", "health"]
ENTRYPOINT ["/yarmarka"]
CMD ["serve"]

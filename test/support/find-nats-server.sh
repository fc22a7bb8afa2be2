#!/bin/sh
# Prints the path of a nats-server: NATS_SERVER, the PATH, the system's package manager where we are root, `go install`
# where Go is. With --no-install it only looks. Status 1 and the list of ways when there is none.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
own="$root/.cache/bin/nats-server"
version=v2.10.29

found() {
  echo "$1"
  exit 0
}

[ -z "${NATS_SERVER:-}" ] || found "$NATS_SERVER"
for candidate in "$(command -v nats-server || true)" /usr/sbin/nats-server "$own"; do
  [ -z "$candidate" ] || [ ! -x "$candidate" ] || found "$candidate"
done

if [ "${1:-}" != "--no-install" ]; then
  if [ "$(id -u)" = 0 ]; then
    echo "No nats-server yet: asking the system's package manager." >&2
    if command -v apt-get >/dev/null; then
      { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nats-server; } >&2 2>&1 || true
    elif command -v apk >/dev/null; then
      apk add --quiet nats-server >&2 || true
    elif command -v dnf >/dev/null; then
      dnf install -y -q nats-server >&2 || true
    elif command -v pacman >/dev/null; then
      pacman -Sy --noconfirm --quiet nats-server >&2 || true
    fi
    for candidate in "$(command -v nats-server || true)" /usr/sbin/nats-server; do
      [ -z "$candidate" ] || [ ! -x "$candidate" ] || found "$candidate"
    done
  fi
  if command -v go >/dev/null; then
    echo "No nats-server yet: building $version with Go, into .cache/bin." >&2
    GOBIN="$root/.cache/bin" go install "github.com/nats-io/nats-server/v2@$version" >&2 || true
    [ ! -x "$own" ] || found "$own"
  fi
fi

cat >&2 <<'TEXT'
There is no nats-server on this machine. Ways to have one:
  - set NATS_SERVER to the path of a nats-server
  - put nats-server on the PATH
  - run this as root where the package manager has it (apt-get install nats-server)
  - install Go, and it is built from source
TEXT
exit 1

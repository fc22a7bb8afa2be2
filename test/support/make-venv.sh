#!/bin/sh
# Makes the virtual environment .venv with what test/python/requirements.txt lists; nothing global. Does nothing when it is
# as it should be. PYTHON names the interpreter to use, 3.10 or newer.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
requirements="$root/test/python/requirements.txt"
venv="$root/.venv"
python=${PYTHON:-python3}

fail() {
  echo "$1" >&2
  exit 1
}

cmp -s "$requirements" "$venv/requirements.txt" && exit 0

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null ||
  fail "The tests of the Python package need Python 3.10 or newer: install it, or set PYTHON to its path."

rm -rf "$venv"
if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
  # Some systems ship Python without what makes environments.
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv; } >&2 2>&1 || true
  fi
  rm -rf "$venv"
  "$python" -m venv "$venv" || fail "$python cannot make a virtual environment: install its venv module (apt-get install python3-venv)."
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
# Written last: an installation that was interrupted is done again.
cp "$requirements" "$venv/requirements.txt"

#!/bin/sh
# Makes the virtual environments .venv-peers/<name> with what test/peers/<name>.txt lists: the programs that already speak
# the protocol, as they are published. Each has its own, because both install a package of the same name. Does nothing when
# they are as they should be. PYTHON names the interpreter to use, 3.10 or newer.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}
[ -x "$python" ] || python=python3

# Several test files ask for them at once.
mkdir -p "$root/.venv-peers"
if command -v flock >/dev/null; then
  exec 9>"$root/.venv-peers/lock"
  flock 9
fi

for requirements in "$root"/test/peers/*.txt; do
  venv="$root/.venv-peers/$(basename "$requirements" .txt)"
  cmp -s "$requirements" "$venv/requirements.txt" && continue
  rm -rf "$venv"
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
  # Written last: an installation that was interrupted is done again.
  cp "$requirements" "$venv/requirements.txt"
done

# What devcontainer.json runs in a new container, as root: so `make repro` and `make test` work.
set -e
apt-get update
apt-get install --yes --no-install-recommends chromium xvfb # the page and the window are tested in them
git config --system --add safe.directory "$PWD" # the folder belongs to a user outside the container
# Codespaces may have cloned the last commit alone; DVC would lose experiments (docs/guide.md).
[ "$(git rev-parse --is-shallow-repository)" = false ] || git fetch --unshallow
make .venv/.extras-installed

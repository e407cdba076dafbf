#!/usr/bin/env bash
# Installs the program into a virtual environment, as the image does and deploy/check.py as well.
#
#   install.sh libraries VENV   what requirements-deploy.lock holds, each by checksum
#   install.sh program VENV     the program itself, after the libraries
#
# In two steps, so that an image is built anew without the libraries being fetched anew.
set -euo pipefail

if [[ $# -ne 2 || ! $1 =~ ^(libraries|program)$ ]]; then
  sed -n '2,/^set/{/^#/p}' "$0" >&2
  exit 2
fi
step=$1 venv=$2
project=$(cd "$(dirname "$0")/.." && pwd)

if [[ $step == libraries ]]; then
  # pip is told which Python to install for: no virtual environment then needs a pip of its own.
  python3 -m venv --without-pip "$venv"
fi
pip=(python3 -m pip --python "$venv/bin/python" install --no-deps --no-input --quiet
  --disable-pip-version-check)
if [[ $EUID -eq 0 ]]; then
  pip+=(--root-user-action ignore)
fi

case $step in
  libraries) "${pip[@]}" --require-hashes --only-binary :all: --requirement "$project/requirements-deploy.lock" ;;
  # Built with what the lock holds, so that nothing is fetched that is not locked.
  program) "${pip[@]}" --no-build-isolation "$project" ;;
esac

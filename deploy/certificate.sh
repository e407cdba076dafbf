#!/usr/bin/env bash
# Makes a certificate and its key, for scheduler, workers and runs to know each other by.
#
#   certificate.sh FOLDER   makes cert.pem and key.pem there; what is there already stays
set -euo pipefail

if [[ $# -ne 1 ]]; then
  sed -n '2,/^set/{/^#/p}' "$0" >&2
  exit 2
fi
mkdir -p "$1"
cd "$1"
if [[ ! -f cert.pem ]]; then
  umask 077
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
    -subj /CN=ofsted-letters -keyout key.pem -out cert.pem.new
  mv cert.pem.new cert.pem
fi

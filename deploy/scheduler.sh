#!/usr/bin/env bash
# The service `scheduler`, in whose folder of certificates the workers and runs find theirs.
#
#   scheduler.sh FOLDER [OPTION...]   options are those of `dask scheduler`
set -euo pipefail

"$(dirname "$0")/certificate.sh" "$1"
exec dask scheduler --protocol tls --port 8786 --dashboard-address :8787 "${@:2}"

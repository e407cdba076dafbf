#!/usr/bin/env bash
# The service `code`: it serves the definitions to Dagster's pages and daemon, and all runs run in it.
set -euo pipefail

# Nothing can be at work yet: what Dagster believes to be running died with the container before.
python "$DAGSTER_HOME/lost_runs.py"

exec dagster api grpc --host 0.0.0.0 --port 4000 \
  --module-name pipelines.definitions --location-name ofsted_letters "$@"

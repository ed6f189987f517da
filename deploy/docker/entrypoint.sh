#!/bin/sh
# Starts one service by its name; `exec`, so that SIGTERM reaches Node itself.
set -eu
services="fo-connector dataverse-connector mapper initial-sync alerting console"
for service in $services; do
  if [ "${1:-}" = "$service" ]; then
    exec node --max-old-space-size=160 --max-semi-space-size=4 "/app/dist/apps/$service/src/main.js"
  fi
done
echo "usage: dualwrite SERVICE, where SERVICE is one of: $services" >&2
exit 2

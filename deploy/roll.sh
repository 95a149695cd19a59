#!/bin/sh
# Starts the replicas again one by one, the next when the one before is ready: after an update of the program.
# A new release of the graph needs no restart: the replicas take it over by themselves.
#   sh deploy/roll.sh 8001 8002 8003
set -eu
for port in "$@"; do
  systemctl restart "leergraaf@$port"
  tries=0
  until curl --silent --fail --output /dev/null --max-time 2 "http://127.0.0.1:$port/ready"; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || { echo "The replica on port $port does not get ready; the others were left as they are." >&2; exit 1; }
    sleep 1
  done
  echo "The replica on port $port is ready."
done

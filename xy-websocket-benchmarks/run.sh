#!/usr/bin/env bash
# Builds what is needed and runs:
#   run.sh load [--rows=…]      servers side by side, see docs/performance.md; without options everything, into docs/
#   run.sh cluster [--rows=…]   several nodes beside one, with redis-server and node; without options everything, into docs/
#   run.sh jmh [JMH's options]  the inside
#   run.sh soak [--minutes=…]   half an hour of peers that come, go and misbehave, see docs/reliability.md; without options into docs/
# XY_BUILD=no: with what was built the last time
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
what=${1:-}
case $what in
  load) main=io.xywebsocket.benchmarks.load.LoadRun ;;
  cluster) main=io.xywebsocket.benchmarks.load.ClusterRun ;;
  soak) main=io.xywebsocket.benchmarks.load.SoakRun ;;
  jmh) main=org.openjdk.jmh.Main ;;
  *) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
shift
if [[ ${XY_BUILD:-yes} != no ]]; then
  (cd "$here/.." && ./mvnw -B -ntp -q package -DskipTests -Dxy.unit-tests.skip=true -Dspotless.check.skip=true -pl xy-websocket-benchmarks -am)
fi
if [[ $what != jmh && $# == 0 ]]; then
  set -- --docs="$here/../docs"
fi
socket_io=$here/target/socket.io
if [[ $what == cluster ]]; then
  mkdir -p "$socket_io" && cp "$here"/src/main/socket.io/* "$socket_io"
  # without it the row says that it is left out
  [[ -d $socket_io/node_modules ]] || (cd "$socket_io" && npm install --silent --no-audit --no-fund) || true
fi
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Dbenchmarks.target="$here/target" -cp "$here/target/classes:$(cat "$here/target/class-path")" "$main" "$@"

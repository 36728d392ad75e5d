#!/usr/bin/env bash
# Starts the sample as one town on three nodes, with a Redis of its own and a proxy in front; Ctrl-C ends all of it.
#   three-nodes.sh [--port 8080] [--jar FILE]
# --port  where the proxy listens; 0 for any free port
# --jar   the sample's executable jar; built from this repository if not given
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
port=8080
jar=
while [ $# -gt 0 ]; do
  case $1 in
    --port) port=${2:?--port needs a number}; shift 2 ;;
    --jar) jar=${2:?--jar needs a file}; shift 2 ;;
    *) sed -n '2,5s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
  esac
done

if ! command -v redis-server >/dev/null; then
  echo "Nodes speak to each other by Redis, but there is no redis-server on the PATH. Install it:
  Debian, Ubuntu  sudo apt install redis-server
  Fedora          sudo dnf install redis
  macOS           brew install redis" >&2
  exit 1
fi

java=${JAVA_HOME:+$JAVA_HOME/bin/}java

if [ -z "$jar" ]; then
  built=$here/target/three-nodes.built
  if [ ! -e "$built" ] || [ -n "$(find "$here"/../pom.xml "$here"/../xy-websocket-*/pom.xml "$here"/../xy-websocket-*/src/main -newer "$built" -print -quit)" ]; then
    echo "Building the sample …"
    (cd "$here/.." && ./mvnw -q package -DskipTests -pl xy-websocket-sample -am)
    touch "$built"
  fi
  jar=$(ls "$here"/target/xy-websocket-sample-*-exec.jar)
fi

exec "$java" "$here/ThreeNodes.java" "$jar" "$port"

#!/usr/bin/env bash
# Installs what is missing, builds the service, starts it on its embedded default, evaluates the
# sample patient over gRPC and prints the verdict. Then it goes on serving until Ctrl-C.
#
# usage: deploy/run.sh [--once] [--listen HOST:PORT] [--data-dir DIR]
#   --once       stop the server and exit after the verdict
#   --listen     where to listen; default 127.0.0.1:50051
#   --data-dir   the server's own data; default $XDG_STATE_HOME/trialgate or ~/.local/state/trialgate
set -euo pipefail

usage() { sed -n '2,8p' "$0" >&2; }

root=$(cd "$(dirname "$0")/.." && pwd)
once=false
listen=127.0.0.1:50051
data=${XDG_STATE_HOME:-${HOME:-/var/lib}/.local/state}/trialgate
while [ $# -gt 0 ]; do
  case "$1" in
    --once) once=true ;;
    --listen | --data-dir)
      if [ $# -lt 2 ]; then
        echo "run.sh: $1 needs a value" >&2
        exit 2
      fi
      if [ "$1" = --listen ]; then listen=$2; else data=$2; fi
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage
      exit 2
      ;;
  esac
  shift
done
case "$listen" in
  *:0)
    echo "run.sh: name a port; port 0 would leave the sample's client without one" >&2
    exit 2
    ;;
esac

"$root/deploy/install.sh" build
echo "run.sh: building (the first time takes some minutes)"
swift build --package-path "$root" -c release --static-swift-stdlib --product trialgate
binary=$root/.build/release/trialgate

# Freed blocks that glibc keeps for a thread: the default of 7 of a size is fewer than one evaluation frees.
export GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.malloc.tcache_count=2000}
"$binary" serve --listen "$listen" --data-dir "$data" &
server=$!
stop() { kill -TERM "$server" 2>/dev/null || true; }
trap stop EXIT INT TERM

sample=$root/deploy/examples/eligible-sle-refractory-nephritis.json
verdict=
for _ in $(seq 1 100); do
  if ! kill -0 "$server" 2>/dev/null; then
    echo "run.sh: the server did not start; see above" >&2
    wait "$server" || exit $?
    exit 1
  fi
  if verdict=$("$binary" evaluate "$sample" --server "$listen" 2>/dev/null); then break; fi
  verdict=
  sleep 0.1
done
if [ -z "$verdict" ]; then
  # Once more, so that the error is seen.
  verdict=$("$binary" evaluate "$sample" --server "$listen")
fi

if $once; then
  stop
  wait "$server"
  trap - EXIT INT TERM
  printf '\n%s\n' "$verdict"
  exit 0
fi
printf '\n%s\n' "$verdict"
wait "$server"

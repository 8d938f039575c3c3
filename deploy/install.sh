#!/usr/bin/env bash
# Installs what building, running or testing TrialGate needs and is missing, on Debian 12.
# A Swift 6.2 toolchain or later must be on the PATH; it is no Debian package.
#
# usage: deploy/install.sh [build|test|benchmark]
#   build  libraries to build and run the service (default)
#   test   also code generators, load generator, linters, and a Python environment in .venv with
#          the clients of Tests/EndToEnd/requirements.txt
#   benchmark  also what Tests/Benchmarks counts, loads and compares with
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
purpose=${1:-build}
case "$purpose" in
  build | test | benchmark) ;;
  *)
    sed -n '2,10p' "$0" >&2
    exit 2
    ;;
esac

if ! command -v swift >/dev/null; then
  echo "install.sh: no swift on the PATH; install a Swift toolchain, 6.2 or later, first" >&2
  exit 1
fi

packages=(libnghttp2-dev libprotobuf-c-dev libsqlite3-dev zlib1g-dev pkg-config)
if [ "$purpose" = test ]; then
  packages+=(protobuf-compiler protobuf-c-compiler nghttp2-client haproxy openssl python3 python3-venv shellcheck)
fi
if [ "$purpose" = benchmark ]; then
  packages+=(valgrind binutils python3 python3-venv nghttp2-client nghttp2-server openssl)
  packages+=(g++ make protobuf-compiler protobuf-compiler-grpc libprotobuf-dev libgrpc++-dev)
fi
missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  if [ "$state" != installed ]; then missing+=("$package"); fi
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "install.sh: installing ${missing[*]}"
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "install.sh: run as root: apt-get install ${missing[*]}" >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null
fi

if [ "$purpose" = test ]; then
  requirements=$root/Tests/EndToEnd/requirements.txt
  if ! cmp -s "$requirements" "$root/.venv/installed"; then
    echo "install.sh: making the Python environment .venv"
    python3 -m venv --clear "$root/.venv"
    "$root/.venv/bin/pip" install -q --disable-pip-version-check -r "$requirements"
    cp "$requirements" "$root/.venv/installed"
  fi
fi

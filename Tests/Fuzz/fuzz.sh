#!/usr/bin/env bash
# Builds the fuzz targets with libFuzzer and AddressSanitizer and runs each.
#
# usage: Tests/Fuzz/fuzz.sh [RUNS [TARGET...]]
#   RUNS    inputs of each target, counted from its seeds on (default 1000000)
#   TARGET  FuzzHTTP2, FuzzFrames, FuzzWire, FuzzCodec, FuzzProtoJSON (default all)
#
# Seeds are in Tests/Fuzz/Corpus/TARGET. An input that fails is written to Tests/Fuzz/Failures/TARGET: keep it
# there once the fault is mended, since the unit tests run every file of both. The last line is
# "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")"
# Outside of Tests, where tools look for sources.
build=../../.build-fuzz

runs=${1:-1000000}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then targets=(FuzzHTTP2 FuzzFrames FuzzWire FuzzCodec FuzzProtoJSON); fi

swift build --scratch-path "$build" -c release --sanitize=fuzzer --sanitize=address 2>&1 |
  grep -vE '^\[[0-9]+/[0-9]+\]|Cannot export local symbol' || true

passed=0
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for target in "${targets[@]}"; do
  mkdir -p "Failures/$target" "$work/$target"
  # What is found on the way goes to a folder that is forgotten; the seeds stay as they are.
  if SWIFT_BACKTRACE=enable=no "$build/release/$target" -runs="$runs" -max_len=4096 -timeout=20 \
    -rss_limit_mb=4096 -use_value_profile=1 -artifact_prefix="Failures/$target/" \
    "$work/$target" "Corpus/$target" >"$work/log" 2>&1; then
    tail -n 1 "$work/log"
    echo "passed  $target"
    passed=$((passed + 1))
  else
    tail -n 40 "$work/log"
    echo "FAILED  $target"
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/usr/bin/env bash
# Installs what is missing and runs every check and test. The last line is "N passed, N failed".
#
# usage: deploy/test.sh [--fast]
#   --fast   leaves out the release build and the end-to-end tests, the load among them
#
# Environment: TRIALGATE_LOAD_REQUESTS = requests of each load run (default 10000).
set -uo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
fast=false
case "${1:-}" in
  "") ;;
  --fast) fast=true ;;
  *)
    sed -n '2,7p' "$0" >&2
    exit 2
    ;;
esac

passed=0
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

heading() { printf '\n== %s\n' "$1"; }

# check NAME COMMAND... : one check that holds or does not.
check() {
  local name=$1
  shift
  if "$@" >"$work/check" 2>&1; then
    echo "passed  $name"
    passed=$((passed + 1))
  else
    cat "$work/check"
    echo "FAILED  $name"
    failed=$((failed + 1))
  fi
}

# suite NAME COMMAND... : a command whose last line that begins with a number of passed tests counts them.
suite() {
  local name=$1 status counts
  shift
  "$@" 2>&1 | tee "$work/suite"
  status=${PIPESTATUS[0]}
  counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$work/suite" | tail -n 1)
  if [ -z "$counts" ]; then
    echo "FAILED  $name: it ended with $status and counted nothing"
    failed=$((failed + 1))
    return
  fi
  passed=$((passed + $(echo "$counts" | cut -d' ' -f1)))
  failed=$((failed + $(echo "$counts" | cut -d' ' -f3)))
  if [ "$status" -ne 0 ] && [ "$(echo "$counts" | cut -d' ' -f3)" -eq 0 ]; then
    echo "FAILED  $name: it ended with $status"
    failed=$((failed + 1))
  fi
}

finish() {
  printf '\n%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

heading "what is needed"
if ! deploy/install.sh test; then
  echo "FAILED  deploy/install.sh test"
  failed=1
  finish
fi
python=$root/.venv/bin/python

heading "the tree"
check "generated files are those of the contract" proto/generate.sh --check
check "buf lint" sh -c 'cd proto && ../.venv/bin/buf lint'
check "buf breaking, against the committed descriptor set" \
  sh -c 'cd proto && ../.venv/bin/buf breaking --against descriptor.binpb'
check "shell scripts" shellcheck deploy/*.sh proto/*.sh Tests/Checks/*.sh Tests/Fuzz/*.sh .ci/run
check "format" swift format lint --strict -r -p Package.swift Sources Tests
suite "contract" "$python" Tests/Checks/contract.py proto/descriptor.binpb
suite "rooms" Tests/Checks/rooms.sh

heading "unit tests"
# The C of the package is built with the Swift targets; a failed build leaves no results.
if swift build --build-tests 2>&1 | grep -vE '^\[[0-9]+/[0-9]+\]'; [ "${PIPESTATUS[0]}" -eq 0 ]; then
  suite "swift test" "$python" Tests/Checks/swift_test.py
else
  echo "FAILED  swift build --build-tests"
  failed=$((failed + 1))
  finish
fi

# The clinical cases are many; they run on the release binary where there is one.
cases() {
  heading "clinical cases"
  suite "clinical cases" "$1" test Tests/Cases
  suite "criteria and settings that cases cover" "$python" Tests/Checks/coverage.py
}

if $fast; then
  cases .build/debug/trialgate
  finish
fi

heading "the release build"
for product in trialgate interop-server interop-client conformance-server; do
  swift build -c release --static-swift-stdlib --product "$product" 2>&1 |
    grep -vE '^\[[0-9]+/[0-9]+\]'
  if [ "${PIPESTATUS[0]}" -ne 0 ]; then
    echo "FAILED  the release build of $product"
    failed=$((failed + 1))
    finish
  fi
done
cases .build/release/trialgate

heading "end to end"
suite "end to end" "$python" Tests/EndToEnd/run.py
finish

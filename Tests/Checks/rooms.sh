#!/usr/bin/env bash
# Arrows point down: which modules each room may import, and where unsafe pointers may live.
# Prints one line for each breach; the last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/../.."

passed=0
failed=0

# rule ROOM MODULE... : the room imports these modules alone.
rule() {
  local room=$1 breaches
  shift
  if [ ! -d "Sources/$room" ]; then
    echo "rooms.sh: there is no Sources/$room"
    failed=$((failed + 1))
    return
  fi
  breaches=$({ grep -rnE '^[[:space:]]*(@[A-Za-z_]+(\([^)]*\))?[[:space:]]+)*((public|package|internal|fileprivate|private)[[:space:]]+)?import[[:space:]]' \
    --include='*.swift' "Sources/$room" || true; } |
    sed -E 's/^([^:]+:[0-9]+):.*import[[:space:]]+((struct|class|enum|protocol|func|var|let|typealias)[[:space:]]+)?([A-Za-z0-9_]+).*/\1 \4/' |
    while read -r place module; do
      case " $* " in
        *" $module "*) ;;
        *) echo "$place: $room must not import $module" ;;
      esac
    done)
  if [ -z "$breaches" ]; then
    passed=$((passed + 1))
  else
    printf '%s\n' "$breaches"
    failed=$((failed + 1))
  fi
}

rule EligibilityCore
rule CohortConfiguration EligibilityCore Synchronization
rule CohortStoreSQLite CohortConfiguration FoundationEssentials GRDB Synchronization
rule HTTP2 CNGHTTP2
rule MessageCompression CZlib
rule Transport Glibc HTTP2 NIOCore NIOPosix NIOConcurrencyHelpers NIOSSL NIOTLS SwiftASN1 Synchronization X509
rule RPC HTTP2 MessageCompression Transport Synchronization
rule LoadGeneration HTTP2 Histogram RPC Synchronization Transport
rule MessageCoding CohortConfiguration CProtobufC CTrialGateProto CTrialGateResources EligibilityCore Yams
rule ReportRendering EligibilityCore
rule TrialGateServices CohortConfiguration EligibilityCore MessageCoding RPC Crypto Dispatch \
  Synchronization
rule TrialGateClient CohortConfiguration EligibilityCore MessageCoding RPC
rule ClinicalCases CohortConfiguration EligibilityCore MessageCoding TrialGateServices
rule trialgate ArgumentParser ClinicalCases CohortConfiguration CohortStoreSQLite Dispatch EligibilityCore \
  Foundation LoadGeneration Logging MessageCoding ReportRendering RPC Synchronization Transport TrialGateServices

# Every target of the package that has Swift sources has a rule above.
for room in Sources/*/; do
  room=$(basename "$room")
  if find "Sources/$room" -name '*.swift' | grep -q . && ! grep -q "^rule $room\b" "$0"; then
    echo "Sources/$room has no rule in $0"
    failed=$((failed + 1))
  fi
done

# Unsafe pointers stay behind the wall: elsewhere strict memory safety is on in Package.swift.
for room in EligibilityCore CohortConfiguration CohortStoreSQLite LoadGeneration RPC ReportRendering \
  TrialGateServices TrialGateClient ClinicalCases trialgate; do
  if tr '\n' ' ' <Package.swift | grep -qE "name: \"$room\",[^;]{0,600}swiftSettings: safe"; then
    passed=$((passed + 1))
  else
    echo "Package.swift: $room must be built with strict memory safety"
    failed=$((failed + 1))
  fi
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

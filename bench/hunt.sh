#!/usr/bin/env bash
# The hunting lanes on published events and rules: prepares the first 200 MB of the log (or SIZE bytes) and runs
# hunt_bench. Ratios within one run count, absolute rates of a shared machine do not.
#   bench/hunt.sh [FOLDER] [SIZE]     FOLDER: third-party data, default ../shared/data
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-../shared/data}
size=${2:-200000000}
log=$data/logs/windows-events-dev.ndjson.zst
rules=$data/sigma/rules.tar.zst
[[ -f $log && -f $rules ]] || { echo "skipped: no $log or no $rules"; exit 0; }

[[ -f build/bench/build.ninja ]] || cmake --preset release -B build/bench -DTOCSIN_BENCH=ON -DTOCSIN_TESTS=OFF >/dev/null
ninja -C build/bench hunt_bench
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{ zstd -dcq "$log" || true; } | head -c "$size" > "$work/events.ndjson"
mkdir "$work/rules"
zstd -dc "$rules" | tar x -C "$work/rules"
rm -rf "$work/rules/tests" "$work/rules/rules-placeholder"
build/bench/bench/hunt_bench "$work/events.ndjson" "$work/rules"

#!/usr/bin/env bash
# Benchmarks: rooms against what bounds them (Google Benchmark, medians of five), then the whole program. Ratios within
# one run count, absolute times of a shared machine do not.
#   bench/run.sh [FOLDER]     FOLDER: third-party data for the larger inputs, default ../shared/data
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-../shared/data}
jobs=$(nproc)

[[ -f build/bench/build.ninja ]] || cmake --preset release -B build/bench -DTOCSIN_BENCH=ON -DTOCSIN_TESTS=OFF >/dev/null
ninja -C build/bench -j "$jobs" base_bench tocsin
build/bench/bench/base_bench --benchmark_repetitions=5 --benchmark_report_aggregates_only=true --benchmark_counters_tabular=true 2>/dev/null |
  grep -E 'Benchmark|median'

# Median wall clock of five runs after one warm-up, in milliseconds.
median_ms() {
  local times=()
  "$@" >/dev/null 2>&1 || true
  for _ in 1 2 3 4 5; do
    local start end
    start=$(date +%s%N)
    "$@" >/dev/null 2>&1 || true
    end=$(date +%s%N)
    times+=($(((end - start) / 10000)))
  done
  printf '%s\n' "${times[@]}" | sort -n | sed -n 3p | awk '{printf "%.2f", $1 / 100}'
}

tocsin=build/bench/tocsin
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
echo
printf '%-44s %10s %10s\n' "whole program, median of five" "ms" "limit ms"
printf '%-44s %10s %10s\n' "tocsin --help" "$(median_ms $tocsin --help)" 10
echo x > "$out/one.txt"
printf '%-44s %10s %10s\n' "tocsin read, one line (packs loaded)" "$(median_ms $tocsin read "$out/one.txt")" 50
printf '%-44s %10s %10s\n' "tocsin demo" "$(median_ms $tocsin demo --out "$out/demo")" 1000
attack=$(compgen -G "$data/attack/enterprise-attack*.json.zst" | head -n 1 || true)
if [[ -n $attack ]]; then
  printf '%-44s %10s %10s\n' "tocsin check, ATT&CK (45 MB, STIX 2.0)" "$(median_ms $tocsin check --json "$attack")" 1500
else
  echo "skipped: ATT&CK is not under $data"
fi

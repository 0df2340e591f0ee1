#!/usr/bin/env bash
# Benchmarks: rooms against what bounds them (Google Benchmark, medians of five), then the whole program. Ratios within
# one run count, absolute times of a shared machine do not; instructions (valgrind, where it is there) do not depend on it.
#   bench/run.sh [FOLDER]     FOLDER: third-party data for the larger inputs, default ../shared/data
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-../shared/data}

mapfile -t rooms < <(sed -n 's/^tocsin_bench(\([a-z]*\).*/\1/p' bench/CMakeLists.txt)
[[ -f build/release/build.ninja ]] || cmake --preset release >/dev/null
ninja -C build/release -j "${JOBS:-$(nproc)}" "${rooms[@]/%/_bench}" tocsin >/dev/null

lscpu | sed -n 's/^Model name: */machine: /p'
echo "date: $(date -u +%F), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg) at the start"
echo
printf '%-28s %9s %-22s %9s %8s %7s\n' "lane, median of five" "MB/s" "limit" "MB/s" "ratio" "spread"
for room in "${rooms[@]}"; do
  "build/release/bench/${room}_bench" --benchmark_repetitions=5 --benchmark_report_aggregates_only=true --benchmark_format=json 2>/dev/null |
    python3 bench/table.py
done

# Medians of five runs after one warm-up, in milliseconds: on the clock, and of the processor.
medians() {
  local times
  "$@" >/dev/null
  times=$(for _ in 1 2 3 4 5; do TIMEFORMAT='%3R %3U %3S'; { time "$@" >/dev/null 2>/dev/null; } 2>&1; done)
  awk '{print $1 * 1000}' <<<"$times" | sort -n | sed -n 3p
  awk '{print ($2 + $3) * 1000}' <<<"$times" | sort -n | sed -n 3p
}

# Instructions of one run, in millions.
instructions() {
  command -v valgrind >/dev/null || { printf -- '-'; return; }
  valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
    awk '/I +refs:/ {gsub(",", "", $NF); printf "%.1f", $NF / 1e6}'
}

line() {  # title, limit in ms, command…
  local title=$1 limit=$2
  shift 2
  local both
  both=$(medians "$@")
  printf '%-44s %8s %8s %9s %12s\n' "$title" ${both/$'\n'/ } "$limit" "$(instructions "$@")"
}

tocsin=build/release/tocsin
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
echo x > "$out/one.txt"
echo
printf '%-44s %8s %8s %9s %12s\n' "whole program, median of five" "ms" "CPU ms" "limit ms" "10^6 instr."
line "tocsin --help" 10 $tocsin --help
line "tocsin read, one line (packs loaded)" 50 $tocsin read "$out/one.txt"
line "tocsin hunt examples/logs" - $tocsin hunt examples/logs
line "tocsin demo" 1000 $tocsin demo --out "$out/demo"
attack=$(compgen -G "$data/attack/enterprise-attack*.json.zst" | head -n 1 || true)
if [[ -n $attack ]]; then
  line "tocsin check, ATT&CK (45 MB, STIX 2.0)" 1500 $tocsin check --json "$attack"
else
  echo "skipped: ATT&CK is not under $data"
fi

# EVTX: 40,000 real Windows events, written as Windows writes them; records a second of processor time, medians of five.
# The peer is PyPI `evtx` decoding to JSON on one thread: python3 -m venv V && V/bin/pip install evtx; EVTX_PYTHON=V/bin/python
events=$(compgen -G "$data/logs/windows-events*.ndjson.zst" | head -n 1 || true)
python=${EVTX_PYTHON:-python3}
if [[ -z $events ]]; then
  echo "skipped: EVTX: the Windows events are not under $data"
else
  ninja -C build/bench -j "$jobs" make_evtx read_events >/dev/null
  { zstd -dcq "$events" 2>/dev/null || true; } | head -n 40000 >"$out/events.ndjson"
  build/bench/bench/make_evtx events "$out/events.ndjson" "$out/events.evtx" >/dev/null
  cat >"$out/peer.py" <<'PY'
import sys, time
from evtx import PyEvtxParser
times = []
for _ in range(5):
    start, count = time.process_time(), 0
    for _ in PyEvtxParser(sys.argv[1], number_of_threads=1).records_json():
        count += 1
    times.append(time.process_time() - start)
print(f"{count / sorted(times)[2]:.0f}")
PY
  ours=$(build/bench/bench/read_events packs "$out/events.evtx" 5 | sed 's/.*, \([0-9]*\) events\/s.*/\1/')
  printf '%-44s %10s records/s\n' "EVTX to slots" "$ours"
  if peer=$("$python" "$out/peer.py" "$out/events.evtx" 2>/dev/null); then
    printf '%-44s %10s records/s, ratio %s\n' "PyPI evtx to JSON" "$peer" "$(awk "BEGIN { printf \"%.2f\", $ours / $peer }")"
  else
    echo "skipped: the package evtx is not there (EVTX_PYTHON names a Python that has it)"
  fi
fi

# Hunting, against simdjson over every field.
echo
bench/hunt.sh "$data"

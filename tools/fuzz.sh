#!/usr/bin/env bash
# Runs the libFuzzer targets of fuzz/ for a while and reports findings.
#   tools/fuzz.sh SECONDS [TARGET…]     each target (default: all) for SECONDS, one after the other (JOBS=2: two at a time)
#   tools/fuzz.sh --merge [TARGET…]     carries what was found to reach new code over into fuzz/corpus, minimised
# Growing corpora live in build/fuzz/corpus/<target>, findings in build/fuzz/findings/<target>; exit 1 when there are any.
# A finding is repaired, then moved to fuzz/regressions/<target>/, which `ctest -L fuzz-replay` replays for good.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
(($# >= 1)) || usage
seconds=$1; shift
[[ $seconds == --merge || $seconds =~ ^[1-9][0-9]*$ ]] || usage

mapfile -t all < <(sed -n 's/^tocsin_fuzz(NAME \([a-z0-9_]*\).*/\1/p' fuzz/CMakeLists.txt)
targets=("$@")
((${#targets[@]})) || targets=("${all[@]}")
for target in "${targets[@]}"; do
  [[ " ${all[*]} " == *" $target "* ]] || { echo "fuzz: no target '$target'; there are: ${all[*]}" >&2; exit 2; }
done

build=build/fuzz
mkdir -p "$build"
cmake --preset fuzz >"$build.log" 2>&1 || { cat "$build.log" >&2; exit 2; }
ninja -C "$build" -j "${JOBS:-$(nproc)}" "${targets[@]/%/_fuzz}"

run_one() {  # target
  local target=$1 work=$build/corpus/$1 findings=$build/findings/$1 seeds=() dictionary=()
  mkdir -p "$work" "$findings"
  for folder in "fuzz/corpus/$target" "fuzz/regressions/$target"; do [[ -d $folder ]] && seeds+=("$folder"); done
  [[ -f fuzz/dictionaries/$target.dict ]] && dictionary=("-dict=fuzz/dictionaries/$target.dict")
  if [[ $seconds == --merge ]]; then
    "$build/fuzz/${target}_fuzz" -merge=1 -max_len=4096 "fuzz/corpus/$target" "$work" >"$build/$target.log" 2>&1 ||
      { tail -20 "$build/$target.log" >&2; return 1; }
    echo "fuzz: $target: $(find "fuzz/corpus/$target" -type f | wc -l) inputs, $(du -sh "fuzz/corpus/$target" | cut -f1)"
    return
  fi
  local status=0
  "$build/fuzz/${target}_fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 \
    -print_final_stats=1 -artifact_prefix="$findings/" "${dictionary[@]}" "$work" "${seeds[@]}" \
    >"$build/$target.log" 2>&1 || status=$?
  local count runs coverage
  count=$(find "$findings" -type f | wc -l)
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$target.log")
  coverage=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$build/$target.log" | tail -1)
  printf '%-16s %10s runs  %6s edges  %5s inputs  %s findings\n' "$target" "${runs:-?}" "${coverage:-?}" \
    "$(find "$work" -type f | wc -l)" "$count"
  if ((status != 0 || count != 0)); then
    grep -E 'ERROR|SUMMARY|does not hold|runtime error' "$build/$target.log" | sed 's/^/    /' || tail -5 "$build/$target.log"
    find "$findings" -type f | sed 's/^/    /'
    return 1
  fi
}

failed=0 running=0
for target in "${targets[@]}"; do
  if ((running >= ${JOBS:-1})); then wait -n || failed=1; running=$((running - 1)); fi
  run_one "$target" &
  running=$((running + 1))
done
while ((running > 0)); do wait -n || failed=1; running=$((running - 1)); done
exit "$failed"

#!/usr/bin/env bash
# Formats all our C++ files by .clang-format; with --check it changes nothing, names the files that differ and exits 1.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=-i
case "${1:-}" in
  "") ;;
  --check) mode=--check ;;
  *) echo "usage: tools/format.sh [--check]" >&2; exit 2 ;;
esac
command -v clang-format-19 >/dev/null || { echo "format: clang-format-19 is missing: install the Debian package 'clang-format-19'" >&2; exit 2; }

# What git knows or would add; in an unpacked archive, what there is.
if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
  list() { git ls-files -z --cached --others --exclude-standard -- '*.h' '*.cc' | while IFS= read -r -d '' file; do if [[ -f $file ]]; then printf '%s\0' "$file"; fi; done; }
else
  list() { find . -path ./build -prune -o -path ./out -prune -o \( -name '*.h' -o -name '*.cc' \) -type f -print0; }
fi

if [[ $mode == -i ]]; then
  list | xargs -0 -r -P "$(nproc)" -n 16 clang-format-19 -i
  exit 0
fi
differing=$(list | xargs -0 -r -P "$(nproc)" -n 16 clang-format-19 --dry-run 2>&1 | sed -n 's/^\([^: ]*\):[0-9]*:[0-9]*: warning: .*/\1/p' | sort -u) ||
  { echo "format: clang-format-19 failed" >&2; exit 2; }
count=$(list | tr -cd '\0' | wc -c)
if [[ -n $differing ]]; then
  echo "$differing"
  echo "format: $(wc -l <<<"$differing") of $count files differ: run tools/format.sh"
  exit 1
fi
echo "format: $count files as they should be"

#!/usr/bin/env bash
# Installs what Tocsin is built and tested with: Debian 12 packages, and two Python validators into build/venv.
# Idempotent, asks nothing, works as root and with sudo. With everything present it touches no network and ends in well under a second.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  # compilers and build
  g++ clang-19 libclang-rt-19-dev clang-format-19 clang-tidy-19 lld-19 cmake ninja-build make ccache pkg-config git
  # libraries, one owning room each (docs/dependencies.md)
  libsimdjson-dev libfmt-dev libyaml-dev libicu-dev libidn2-dev libpsl-dev libre2-dev
  libsqlite3-dev zlib1g-dev libzstd-dev libssl-dev libcli11-dev
  # programs that Tocsin runs
  poppler-utils
  # tests
  libgtest-dev librapidcheck-dev libbenchmark-dev python3 python3-venv zstd
)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [[ $status == "install ok installed" ]] || missing+=("$package")
done

if ((${#missing[@]})); then
  echo "install-deps: installing ${#missing[@]} Debian packages: ${missing[*]}"
  as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || { echo "install-deps: not root and no sudo: install these packages by hand: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  for package in "${missing[@]}"; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [[ $status == "install ok installed" ]] || { echo "install-deps: package '$package' could not be installed" >&2; exit 1; }
  done
fi

if [[ ${1:-} == --with-validators ]]; then
  want=$(sha256sum tools/requirements.txt | cut -d' ' -f1)
  if [[ "$(cat build/venv/.installed 2>/dev/null || true)" != "$want" ]]; then
    echo "install-deps: installing the Python validators of tools/requirements.txt into build/venv"
    rm -rf build/venv
    /usr/bin/python3 -m venv build/venv
    build/venv/bin/pip install --quiet --disable-pip-version-check -r tools/requirements.txt
    echo "$want" > build/venv/.installed
  fi
fi

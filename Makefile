# Tocsin: few verbs, each of which sets up what it needs. `make help` lists them.

PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
DATA ?= ../shared/data
FUZZ_SECONDS ?= 600
export CTEST_OUTPUT_ON_FAILURE = 1

.DEFAULT_GOAL := help
.PHONY: setup build demo test bench evaluate fuzz format tidy install clean help

help:  ## list the verbs
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

setup:  ## install the Debian packages that are missing (named before they are installed)
	@tools/install-deps.sh

build: setup  ## build/release/tocsin
	@test -f build/release/build.ninja || cmake --preset release
	@ninja -C build/release -j $(JOBS) tocsin

demo: build  ## the whole journey on examples/, ending in out/
	@build/release/tocsin demo --examples examples --out out

test:  ## set up, build and run every test: units, properties, goldens, end to end, layers, format, fuzz corpora
	@tools/install-deps.sh --with-validators
	@test -f build/release/build.ninja || cmake --preset release
	@ninja -C build/release -j $(JOBS)
	@test -f build/asan/build.ninja || cmake --preset asan
	@ninja -C build/asan -j $(JOBS) fuzz_replay tocsin
	@ctest --test-dir build/asan -j $(JOBS) -L 'fuzz-replay|bad-input'
	@ctest --test-dir build/release -j $(JOBS)

bench: setup  ## measure speed against limits, in one run
	@bench/run.sh

evaluate: build  ## measure accuracy on the corpora under DATA (JSON=1 for records)
	@ninja -C build/release -j $(JOBS) compare_versions
	@tools/evaluate.py --data $(DATA) $(if $(JSON),--json)

fuzz: setup  ## run every fuzz target for FUZZ_SECONDS (600)
	@tools/fuzz.sh $(FUZZ_SECONDS)

format: setup  ## clang-format everything we wrote
	@tools/format.sh

tidy: setup  ## clang-tidy everything we wrote
	@cmake --preset tidy
	@ninja -C build/tidy -k 0 -j $(JOBS)

install: build  ## binary, packs, man page and completions under PREFIX (/usr/local)
	@cmake --install build/release --prefix $(PREFIX)

clean:  ## remove what was built
	@rm -rf build out

#!/usr/bin/env python3
"""Google Benchmark's JSON on standard input → one line a lane: its median, its limit of the same run, and the ratio.

A lane is called LANE/what; one whose second part begins with "limit" is what bounds the others of its LANE: a copy of
the bytes, the parser of the library alone. Medians are over the repetitions; rates are MB/s (10^6 bytes).
"""
import json
import sys


def main():
    rates, spread = {}, {}
    for run in json.load(sys.stdin)["benchmarks"]:
        name = run["run_name"]
        if run.get("aggregate_name") == "median":
            rates[name] = run["bytes_per_second"] / 1e6
        elif run.get("aggregate_name") == "cv":
            spread[name] = run["real_time"]
    limits = {name.split("/")[0]: name for name in rates if name.split("/")[1].startswith("limit")}
    for name, rate in rates.items():
        lane = name.split("/")[0]
        if name in limits.values():
            continue
        if lane not in limits:
            sys.exit(f"table: lane {lane} has no limit")
        limit = limits[lane]
        noise = max(spread.get(name, 0), spread.get(limit, 0))
        print(f"{name:<28} {rate:>9.1f} {limit.split('/')[1].removeprefix('limit_'):<22} {rates[limit]:>9.1f} {rate / rates[limit]:>8.3f}"
              f" {noise:>7.0%}")


if __name__ == "__main__":
    main()

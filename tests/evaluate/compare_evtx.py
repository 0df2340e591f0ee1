#!/usr/bin/env python3
"""Compares our reading of EVTX files with that of PyPI `evtx`, record by record, through the same field tables.

usage: tests/evaluate/compare_evtx.py PRINT_EVENTS FILE.evtx…      (needs the package evtx)

The package's JSON of each record goes through our JSON reader; its fields must be those that our EVTX reader gives.
Prints each difference and ends with 1 if there was one.
"""
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from evtx import PyEvtxParser

PACKS = pathlib.Path(__file__).resolve().parents[2] / "packs"


def events(program, path):
    run = subprocess.run([program, PACKS, path], stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def fields(event):
    """Values by field. The package numbers repeated elements (Data_1); ours has one field with several values."""
    out = collections.defaultdict(list)
    names = {name for name, _, _, _ in event["fields"]}
    for name, rank, kind, text in event["fields"]:
        base = re.sub(r"_\d+$", "", name)
        # An empty array and an empty element say the same.
        out[base if base in names else name].append((rank, kind, text))
    return {name: sorted(values) for name, values in out.items()}


def main():
    program, *files = sys.argv[1:]
    records = differences = 0
    for path in files:
        with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as theirs:
            for record in PyEvtxParser(path).records_json():
                theirs.write(record["data"] + "\n")
            theirs.flush()
            expected = events(program, theirs.name)
        ours = events(program, path)
        if len(ours) != len(expected):
            differences += 1
            print(f"{path}: {len(ours)} records, of {len(expected)}")
        for one, other in zip(ours, expected):
            records += 1
            a, b = fields(one), fields(other)
            if a == b:
                continue
            differences += 1
            print(f"{path}, record {one.get('record')}: {one.get('unparsed', '')}")
            for name in sorted(a.keys() | b.keys()):
                if a.get(name) != b.get(name):
                    print(f"  {name}: ours {a.get(name)}, theirs {b.get(name)}")
    print(f"{records} records compared, {differences} differences")
    return differences != 0


if __name__ == "__main__":
    sys.exit(main())

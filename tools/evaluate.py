#!/usr/bin/env python3
"""Measures accuracy on every corpus that a data folder has: a table, or with --json one `score` record a measurement.

usage: tools/evaluate.py --data DIR [--json] [--only WORD]

Knows the formats of the corpora, never their single cases. What cannot be run is a record with `skipped` and a reason.
"""
import argparse
import collections
import glob
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOCSIN = os.environ.get("TOCSIN", str(ROOT / "build/release/tocsin"))
COMPARE = os.environ.get("TOCSIN_COMPARE_VERSIONS", str(ROOT / "build/release/tests/evaluate/compare_versions"))


class Skip(Exception):
    """A measurement that cannot be made, with the reason."""


def unpack(archive, into):
    """Unpacks a .tar.zst; gives the folder."""
    subprocess.run(["tar", "--use-compress-program=zstd", "-xf", archive, "-C", into], check=True)
    return pathlib.Path(into)


def records(arguments):
    """The JSON lines of a run of tocsin; findings and bad input are the caller's to judge, a crash is not."""
    run = subprocess.run([TOCSIN, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if run.returncode not in (0, 1, 2):
        raise Skip(f"tocsin {arguments[0]} ended with {run.returncode}")
    return [json.loads(line) for line in run.stdout.splitlines()]


def summary_of(lines):
    return next(line for line in reversed(lines) if line["kind"] == "summary")


def ratio(n, of):
    return round(n / of, 4) if of else None


# Each corpus: (path pattern under the data folder, function(path, folder) yielding score dictionaries).

def stix_capec(path, folder):
    lines = records(["check", "--json", path])
    yield {"measure": "objects", "n": summary_of(lines)["objects"], "of": None}
    yield {"measure": "false-errors", "n": sum(line["kind"] == "problem" and line["severity"] == "error" for line in lines), "of": None}


def stix_examples(path, folder):
    unpack(path, folder)
    files = sorted(glob.glob(f"{folder}/**/*.json", recursive=True))
    lines = records(["check", "--json", *files])
    yield {"measure": "objects", "n": summary_of(lines)["objects"], "of": None}
    yield {"measure": "false-errors", "n": sum(line["kind"] == "problem" and line["severity"] == "error" for line in lines), "of": None}


def attack(path, folder):
    lines = records(["check", "--json", path])
    yield {"measure": "objects", "n": summary_of(lines)["objects"], "of": None}
    yield {"measure": "false-errors", "n": sum(line["kind"] == "problem" and line["severity"] == "error" for line in lines), "of": None}


def sigma_regression(path, folder):
    rules = next(iter(glob.glob(os.path.join(os.path.dirname(path), "rules*.tar.zst"))), None)
    if rules is None:
        raise Skip("no sigma/rules*.tar.zst beside it")
    case_folder = pathlib.Path(folder) / "cases"
    rule_folder = pathlib.Path(folder) / "rules"
    case_folder.mkdir()
    rule_folder.mkdir()
    unpack(path, case_folder)
    unpack(rules, rule_folder)
    cases = []
    for info in sorted(case_folder.glob("**/info.yml")):
        text = info.read_text(encoding="utf-8")
        block = text[text.index("rule_metadata"):]
        rule = re.search(r"id:\s*['\"]?([0-9a-f-]{36})", block).group(1)
        count = re.search(r"match_count:\s*(\d+)", block)
        cases.append((info.parent, rule, int(count.group(1)) if count else None))
    # Beside the rules the corpus holds SigmaHQ's tests and maps, which are none.
    rule_folders = sorted(str(p) for p in rule_folder.iterdir() if p.is_dir() and p.name.startswith("rules"))
    for kind, suffix in (("", "json"), ("-evtx", "evtx")):
        files = {str(next(iter(sorted(folder_.glob(f"*.{suffix}"))), "")): (rule, count) for folder_, rule, count in cases}
        files.pop("", None)
        if not files:
            yield {"measure": "matched" + kind, "skipped": f"no .{suffix} files"}
            continue
        lines = records(["hunt", "--json", *sum((["--rules", r] for r in rule_folders), []), *files])
        found = collections.Counter((line["source"]["path"], line["rule"]["id"]) for line in lines if line["kind"] == "match")
        matched = [file for file, (rule, count) in files.items() if found[file, rule] > 0]
        # A case that states no count is right when its rule matches at all.
        counted = [file for file, (rule, count) in files.items() if found[file, rule] == (count or max(found[file, rule], 1))]
        for file, (rule, count) in files.items():
            if file not in counted:
                print(f"  sigma: {os.path.relpath(file, case_folder)}: {found[file, rule]} matches of {count}", file=sys.stderr)
        yield {"measure": "matched" + kind, "n": len(matched), "of": len(files)}
        yield {"measure": "counted" + kind, "n": len(counted), "of": len(files)}


def indicator_forms(path, folder):
    corpus = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    found = 0
    for number, (name, text, kind, value) in enumerate(corpus["pos"]):
        file = pathlib.Path(folder) / f"pos-{number}.txt"
        file.write_text(text + "\n", encoding="utf-8")
        lines = records(["extract", "--json", "--suppressed", str(file)])
        hit = any(line["kind"] == "indicator" and line["type"] == kind and line["value"] == value for line in lines)
        found += hit
        if not hit:
            print(f"  indicator-forms: not found: {name}: {text!r}", file=sys.stderr)
    false = 0
    for number, entry in enumerate(corpus["neg"]):
        text, kind = entry[1], entry[2] if len(entry) > 2 else None
        file = pathlib.Path(folder) / f"neg-{number}.txt"
        file.write_text(text + "\n", encoding="utf-8")
        lines = records(["extract", "--json", str(file)])
        hits = [line for line in lines if line["kind"] == "indicator" and not line.get("suppressed") and (kind is None or line["type"] == kind)]
        false += bool(hits)
        if hits:
            print(f"  indicator-forms: false: {entry}: {hits[0]['type']} {hits[0]['value']}", file=sys.stderr)
    yield {"measure": "found", "n": found, "of": len(corpus["pos"])}
    yield {"measure": "false", "n": false, "of": len(corpus["neg"])}


def compare_versions(pairs):
    """[(scheme, a, b)] → ['<', '=', '>' or '! reason']"""
    if not os.path.exists(COMPARE):
        raise Skip("compare_versions is not built (ninja -C build/release compare_versions)")
    text = "".join(f"{scheme}\t{a}\t{b}\n" for scheme, a, b in pairs)
    run = subprocess.run([COMPARE], input=text.encode(), stdout=subprocess.PIPE, check=True)
    return run.stdout.decode().splitlines()


SCHEMES = {"debian": "debian", "deb": "debian", "semver": "semver", "openssl": "dotted"}  # ecosystem of a corpus → our scheme


def score_versions(cases):
    """{ecosystem: [(a, relation, b)]} → one score an ecosystem and one over all that we have a scheme for."""
    right = total = 0
    for ecosystem, triples in sorted(cases.items()):
        if ecosystem not in SCHEMES:
            yield {"measure": "right", "scheme": ecosystem, "of": len(triples), "skipped": f"no scheme for {ecosystem} yet"}
            continue
        answers = compare_versions([(SCHEMES[ecosystem], a, b) for a, _, b in triples])
        n = sum(answer == relation for answer, (_, relation, _) in zip(answers, triples, strict=True))
        right, total = right + n, total + len(triples)
        yield {"measure": "right", "scheme": ecosystem, "n": n, "of": len(triples)}
    yield {"measure": "right", "scheme": "all", "n": right, "of": total}


def osv_versions(path, folder):
    unpack(path, folder)
    cases = collections.defaultdict(list)
    for file in sorted(pathlib.Path(folder).glob("**/*-versions*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            parts = line.split()
            if len(parts) == 3 and parts[1] in "<=>" and not line.startswith("#"):
                cases[file.name.split("-")[0]].append(tuple(parts))
    yield from score_versions(cases)


def vers_versions(path, folder):
    unpack(path, folder)
    cases = collections.defaultdict(list)
    for file in sorted(pathlib.Path(folder).glob("**/*_cmp_test.json")):
        for test in json.loads(file.read_text(encoding="utf-8"))["tests"]:
            if test["test_type"] == "comparison":
                cases[file.name.split("_")[0]].append((test["expected_output"][0], "<", test["expected_output"][1]))
    yield from score_versions(cases)


def not_yet(path, folder):
    raise Skip("not measured yet")


CORPORA = [
    ("stix/capec*.json.zst", stix_capec),
    ("stix/oasis-examples*.tar.zst", stix_examples),
    ("attack/enterprise-attack*.json.zst", attack),
    ("sigma/regression*.tar.zst", sigma_regression),
    ("text/indicator-forms*.json", indicator_forms),
    ("text/article-extraction*", not_yet),
    ("text/annoctr*", not_yet),
    ("text/ctinexus*", not_yet),
    ("text/tram*", not_yet),
    ("logs/crowdsec*", not_yet),
    ("logs/crs*", not_yet),
    ("versions/osv-scalibr*.tar.zst", osv_versions),
    ("versions/vers*.tar.zst", vers_versions),
    ("versions/purl*", not_yet),
    ("sbom/cyclonedx-valid-invalid*", not_yet),
    ("sbom/*examples*", not_yet),
    ("fingerprints/recog*", not_yet),
    ("fingerprints/retirejs*", not_yet),
    ("vuln/match-labels*", not_yet),
    ("vuln/debian-dsa-dla*", not_yet),
]


def score_row(corpus, score):
    n, of = score.get("n"), score.get("of")
    row = {"kind": "score", "corpus": corpus, "measure": score.get("measure"), "value": ratio(n, of) if of and n is not None else n,
           "n": n, "of": of, "precision": None, "recall": None, "skipped": score.get("skipped", 0)}
    if "scheme" in score:
        row["scheme"] = score["scheme"]
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    if not os.path.isdir(options.data):
        sys.exit(f"evaluate: no folder {options.data}")
    rows = []
    for pattern, measure in CORPORA:
        if options.only not in pattern:
            continue
        paths = sorted(glob.glob(os.path.join(options.data, pattern)))
        if not paths:
            rows.append(score_row(pattern, {"skipped": "no such corpus"}))
        for path in paths:
            corpus = re.sub(r"\.(tar\.zst|json\.zst|json)$", "", os.path.relpath(path, options.data))
            with tempfile.TemporaryDirectory() as folder:
                try:
                    rows.extend(score_row(corpus, score) for score in measure(path, folder))
                except Skip as reason:
                    rows.append(score_row(corpus, {"skipped": str(reason)}))
    if not rows:
        sys.exit("evaluate: no corpus chosen")
    for row in rows:
        if options.json:
            print(json.dumps(row))
        else:
            value = f"skipped: {row['skipped']}" if row["skipped"] else f"{row['n']}" + (f" of {row['of']}" if row["of"] else "")
            measure = " ".join(filter(None, (row["measure"], row.get("scheme")))) or "-"
            print(f"{row['corpus']:<34} {measure:<20} {value}")


if __name__ == "__main__":
    main()

"""STIX patterns against the committee's matcher: the same random patterns over the same random observed-data.

usage: pattern_oracle.py PROGRAM SOURCE [ROUNDS] [SEED]

Exits with 77 where the matcher is not installed (tools/install-deps.sh --with-validators). Left out of the grammar here,
because there the specification is followed and the matcher does not: EXISTS, digests that
differ in case, and timestamps on values that are none (it stops with an error).
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

NAMES = ["a.exe", "B.exe", "caf\u00e9", "100%", "x_y", "it's", "back\\slash", ""]
ADDRESSES = ["198.51.100.1", "198.51.100.200", "203.0.113.5", "10.0.0.0/8"]
LIKES = ["%", "%.exe", "_.exe", "caf_", "cafe\u0301", "100%", "x_y", "a.exe%"]
PATTERNS_A_ROUND = 40

# Run by the Python that has the matcher: patterns and a bundle in, which of them match out.
ORACLE = """
import json, sys
from stix2matcher.matcher import MatcherException, MatchListener, Pattern
given = json.load(sys.stdin)
out = []
for text in given["patterns"]:
    pattern = Pattern(text, "2.1")
    listener = MatchListener([given["bundle"]], stix_version="2.1")
    try:
        pattern.walk(listener)
        out.append(next(listener.matched(), None) is not None)
    except (MatcherException, ValueError):
        out.append(None)
print(json.dumps(out))
"""


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.serial = 0

    def identifier(self, kind):
        self.serial += 1
        return f"{kind}--00000000-0000-4000-8000-{self.serial:012x}"

    def time(self, second):
        return f"2026-01-01T00:00:{second:02d}Z"

    def observed(self):
        r = self.random
        objects = []
        folder = {"type": "directory", "id": self.identifier("directory"), "path": r.choice(NAMES[:-1])}
        file = {"type": "file", "id": self.identifier("file"), "name": r.choice(NAMES), "parent_directory_ref": folder["id"]}
        if r.random() < 0.6:
            file["size"] = r.choice([1, 2, 10])
        if r.random() < 0.5:
            file["extensions"] = {"ntfs-ext": {"alternate_data_streams": [{"name": r.choice(NAMES), "size": r.choice([1, 5])}
                                                                         for _ in range(r.randint(1, 2))]}}
        if r.random() < 0.4:
            file["magic_number_hex"] = r.choice(["4d5a", "00ff", "6162"])
        source = {"type": "ipv4-addr", "id": self.identifier("ipv4-addr"), "value": r.choice(ADDRESSES)}
        traffic = {"type": "network-traffic", "id": self.identifier("network-traffic"), "src_ref": source["id"],
                   "protocols": r.sample(["tcp", "http", "udp"], r.randint(1, 2)), "is_active": r.random() < 0.5}
        if r.random() < 0.7:
            traffic["dst_port"] = r.choice([80, 443, 8080])
        objects = [folder, file, source, traffic]
        begin = r.randint(0, 20)
        data = {"type": "observed-data", "spec_version": "2.1", "id": self.identifier("observed-data"),
                "created": self.time(0), "modified": self.time(0), "first_observed": self.time(begin),
                "last_observed": self.time(begin + r.choice([0, 0, 3])), "number_observed": r.choice([1, 1, 1, 2]),
                "object_refs": [each["id"] for each in objects]}
        return [data, *objects]

    def bundle(self):
        objects = []
        for _ in range(self.random.randint(1, 4)):
            objects += self.observed()
        return {"type": "bundle", "id": self.identifier("bundle"), "objects": objects}

    def comparison(self, kind):
        r = self.random
        path = r.choice({
            "file": ["name", "name", "size", "parent_directory_ref.path", "magic_number_hex", "x_missing",
                     "extensions.'ntfs-ext'.alternate_data_streams[*].name",
                     "extensions.'ntfs-ext'.alternate_data_streams[1].size"],
            "network-traffic": ["dst_port", "protocols[*]", "protocols[0]", "src_ref.value", "is_active"],
            "ipv4-addr": ["value"],
        }[kind])
        text = quoted(r.choice(NAMES + ADDRESSES[:2] + ["tcp", "http", "MZ", "ab"]))
        number = r.choice(["1", "2", "10", "1.0", "443", "-1"])
        constant = r.choice([text, text, number, r.choice(["true", "false"]), r.choice(["h'4d5a'", "b'YWI='"])])
        negation = r.choice(["", "", " NOT"])
        test = r.choice([
            f"{negation} {r.choice(['=', '!='])} {constant}",
            f"{negation} {r.choice(['<', '<=', '>', '>='])} {r.choice([text, number])}",
            f"{negation} IN ({text}, {quoted('a.exe')})",
            f"{negation} IN ({number}, 80)",
            f"{negation} LIKE {quoted(r.choice(LIKES))}",
            f"{negation} MATCHES {quoted(r.choice(['exe$', '^a', '[a-c]+', 'caf.', '^$', '198[.]51']))}",
        ] + ([f"{negation} ISSUBSET {quoted(r.choice(['198.51.100.0/24', '198.51.100.0/25', '10.0.0.0/7']))}",
              f"{negation} ISSUPERSET {quoted(r.choice(['198.51.100.1', '10.2.0.0/16']))}"] if "value" in path else []))
        return f"{kind}:{path}{test}"

    def brackets(self):
        r = self.random
        kind = r.choice(["file", "file", "network-traffic", "ipv4-addr"])
        text = self.comparison(kind)
        for _ in range(r.choice([0, 0, 1, 2])):
            if r.random() < 0.5:
                text = f"({text}) AND {self.comparison(kind)}"
            else:
                text = f"{text} OR {self.comparison(r.choice(['file', 'network-traffic']))}"
                kind = None
            if kind is None:
                break
        return f"[{text}]"

    def expression(self, depth):
        r = self.random
        if depth == 0 or r.random() < 0.35:
            text = self.brackets()
        else:
            join = r.choice(["AND", "OR", "FOLLOWEDBY"])
            text = f"({self.expression(depth - 1)} {join} {self.expression(depth - 1)})"
        if r.random() < 0.25:
            text = f"{text} REPEATS {r.choice([1, 2, 3])} TIMES"
        if r.random() < 0.3:
            text = f"({text}) WITHIN {r.choice(['1', '5', '0.5', '12'])} SECONDS"
        if r.random() < 0.15:
            begin = r.randint(0, 15)
            text = f"({text}) START t'{self.time(begin)}' STOP t'{self.time(begin + r.randint(1, 15))}'"
        return text


def main():
    program, source = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 8
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    python = source / "build/venv/bin/python"
    if not python.exists() or subprocess.run([python, "-c", "import stix2matcher"], stderr=subprocess.DEVNULL).returncode:
        print("skipped: build/venv has no stix2-matcher: run tools/install-deps.sh --with-validators")
        return 77
    compared = matched = 0
    differences = []
    with tempfile.TemporaryDirectory() as folder:
        bundle_file, pattern_file = pathlib.Path(folder, "observed.json"), pathlib.Path(folder, "patterns.txt")
        for number in range(seed, seed + rounds):
            maker = Maker(number)
            bundle = maker.bundle()
            patterns = sorted({maker.expression(2) for _ in range(PATTERNS_A_ROUND)})
            bundle_file.write_text(json.dumps(bundle), encoding="utf-8")
            pattern_file.write_text("\n".join(patterns) + "\n", encoding="utf-8")
            oracle = subprocess.run([python, "-c", ORACLE], input=json.dumps({"patterns": patterns, "bundle": bundle}),
                                    stdout=subprocess.PIPE, text=True, check=True)
            ours = subprocess.run([program, "hunt", "--json", "--packs", source / "packs", "--patterns", pattern_file, bundle_file],
                                  capture_output=True, text=True, check=True)
            records = [json.loads(line) for line in ours.stdout.splitlines()]
            differences += [f"rejected: {record['rule']}: {record['error']}" for record in records if record["kind"] == "rejected"]
            titles = {record["rule"]["title"] for record in records if record["kind"] == "match"}
            for pattern, expected in zip(patterns, json.loads(oracle.stdout)):
                if expected is None:  # it stops where a value is no network, or bytes no UTF-8
                    continue
                compared += 1
                matched += expected
                if (pattern in titles) != expected:
                    differences.append(f"round {number}: the matcher says {expected}: {pattern}")
    print(f"{compared} patterns compared, {matched} match, {len(differences)} differences")
    for difference in differences[:20]:
        print(difference)
    return 1 if differences or matched == 0 or matched == compared else 0


if __name__ == "__main__":
    sys.exit(main())

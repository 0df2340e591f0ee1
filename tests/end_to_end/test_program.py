#!/usr/bin/env python3
"""The program as a user meets it: its commands on the example case and on bad input.

usage: test_program.py PROGRAM SOURCE_FOLDER [CLASS…]

Each class is a ctest entry of its own (tests/CMakeLists.txt). The exit code is 77, which ctest counts as skipped, where
every case of what was asked for was skipped.
"""
import email
import email.policy
import gzip
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

PROGRAM = ""
SOURCE = pathlib.Path()


def run(*arguments, stdin=None, cwd=None, env=None, program=None, **kwargs):
    """Runs the program; a variable that `env` gives as None is not set."""
    # A sanitizer that finds something ends the program with a code of its own: 1, its default, would pass for findings.
    settings = {"TOCSIN_PACKS": str(SOURCE / "packs"), "ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99"}
    variables = {name: value for name, value in {**os.environ, **settings, **(env or {})}.items() if value is not None}
    return subprocess.run([program or PROGRAM, *map(str, arguments)], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          cwd=cwd, env=variables, timeout=120, **kwargs)


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def summary(result):
    last = lines(result)[-1]
    assert last["kind"] == "summary", last
    return last


class InTemporaryFolder(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


class WrittenBundles(InTemporaryFolder):
    """Whatever writes STIX: our own check, the committee's validator and the reference library must all accept it."""

    PARSE = "import stix2, sys; print(len(stix2.parse(open(sys.argv[1], encoding='utf-8').read()).objects))"

    def written(self, *command):
        result = run(*command)
        self.assertEqual(result.returncode, 0, result.stderr.decode())

    def accept(self, bundle):
        checked = run("check", "--json", bundle)
        self.assertEqual(checked.returncode, 0, checked.stdout.decode())
        objects = len(json.loads(bundle.read_bytes())["objects"])
        self.assertGreater(objects, 0)
        validators = SOURCE / "build/venv/bin"
        if not (validators / "stix2_validator").exists():
            self.skipTest("build/venv is not there: run tools/install-deps.sh --with-validators")
        validated = subprocess.run([validators / "stix2_validator", bundle], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
        self.assertEqual(validated.returncode, 0, validated.stdout.decode()[-3000:])
        parsed = subprocess.run([validators / "python", "-c", self.PARSE, bundle], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
        self.assertEqual(parsed.returncode, 0, parsed.stdout.decode()[-3000:])
        self.assertEqual(int(parsed.stdout), objects)

    def test_of_demo(self):
        self.written("demo", "--examples", SOURCE / "examples", "--out", self.folder / "out")
        self.accept(self.folder / "out/bundle.json")

    def test_of_read(self):
        self.written("read", SOURCE / "examples/reports/news-item.html", "--stix", self.folder / "report.json")
        self.accept(self.folder / "report.json")

    def test_of_hunt(self):
        self.written("hunt", SOURCE / "examples/logs", "--stix", self.folder / "sightings.json")
        self.accept(self.folder / "sightings.json")

    def test_of_assess(self):
        self.written("assess", SOURCE / "examples/estate.yml", "--reports", SOURCE / "examples/reports", "--as-of", "2021-03-02",
                     "--stix", self.folder / "warnings.json")
        self.accept(self.folder / "warnings.json")

    def test_of_store_export(self):
        self.written("store", "--store", self.folder / "k.db", "import", SOURCE / "packs/names")
        self.written("store", "--store", self.folder / "k.db", "export", "-o", self.folder / "all.json")
        self.accept(self.folder / "all.json")
        # Our extension follows its own schema in every object.
        check = ("import json, sys, jsonschema\nschema = json.load(open(sys.argv[1]))\n"
                 "key = [o['id'] for o in json.load(open(sys.argv[2]))['objects'] if o['type'] == 'extension-definition'][0]\n"
                 "assert key in schema['description']\n"
                 "values = [o['extensions'][key] for o in json.load(open(sys.argv[2]))['objects'] if key in o.get('extensions', {})]\n"
                 "for value in values: jsonschema.validate(value, schema)\nprint(len(values))")
        valid = subprocess.run([SOURCE / "build/venv/bin/python", "-c", check, SOURCE / "docs/names-extension.schema.json",
                                self.folder / "all.json"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
        self.assertEqual(valid.returncode, 0, valid.stdout.decode()[-3000:])
        self.assertGreater(int(valid.stdout), 1000)


class CommandLine(InTemporaryFolder):
    def test_help_of_every_command(self):
        top = run("--help")
        self.assertEqual(top.returncode, 0)
        for command in ("demo", "read", "extract", "hunt", "survey", "why", "assess", "check", "store"):
            self.assertIn(command.encode(), top.stdout)
            result = run(command, "--help")
            self.assertEqual(result.returncode, 0, command)
            self.assertIn(b"Examples:", result.stdout, command)

    def test_man_page_and_completions_know_every_option(self):
        man = (SOURCE / "docs/man/tocsin.1").read_text().replace("\\-", "-")
        completions = {name: (SOURCE / "completions" / name).read_text() for name in ("tocsin.bash", "tocsin.fish", "_tocsin")}
        for command in ("demo", "read", "extract", "hunt", "survey", "why", "assess", "check", "store", "store export"):
            text = run(*command.split(), "--help").stdout.decode()
            for option in set(re.findall(r"^ +(?:-\w,)?(--[a-z-]+)", text, re.MULTILINE)):
                self.assertIn(option, man, command)
                for name, completion in completions.items():
                    self.assertIn(option if name != "tocsin.fish" else "-l " + option[2:], completion, (name, command))

    def test_version(self):
        self.assertRegex(run("--version").stdout.decode(), r"^tocsin \d+\.\d+\.\d+\n$")

    def test_unknown_words_are_named_with_a_hint(self):
        for arguments, expected in ((["surwey"], "did you mean 'survey'"), (["survey", "--al", "x"], "did you mean '--all'"),
                                    (["hunt", "--fail-on", "hihg", "x"], "unknown level 'hihg'"),
                                    (["assess", "x", "--reports", "y", "--view", "short"], "unknown view 'short'"), (["why", "CVE-2021-1"], "asset")):
            result = run(*arguments)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertIn(expected, result.stderr.decode(), arguments)
            self.assertEqual(result.stdout, b"", arguments)

    def test_missing_file_is_named(self):
        for command in (["read"], ["extract"], ["check"], ["survey"], ["hunt"]):
            result = run(*command, "no-such-file")
            self.assertEqual(result.returncode, 2, command)
            self.assertIn("no-such-file", result.stderr.decode(), command)

    def test_reader_that_goes_away(self):
        log = self.write("access.log", (SOURCE / "examples/logs/shop-01/access.log").read_bytes() * 30)
        process = subprocess.Popen([PROGRAM, "hunt", "--json", "--unparsed", str(log)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env={**os.environ, "TOCSIN_PACKS": str(SOURCE / "packs")})
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=60), 0)
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()

    def test_full_disk(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([PROGRAM, "extract", "--json", str(SOURCE / "examples/reports/news-item.html")], stdout=full,
                                    stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"No space left", result.stderr)

    def test_output_file_is_whole_or_not_there(self):
        target = self.folder / "out.json"
        result = run("read", SOURCE / "examples/reports/news-item.html", "--stix", target,
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64)))
        self.assertEqual(result.returncode, 2)
        self.assertEqual(list(self.folder.iterdir()), [])


class BadInput(InTemporaryFolder):
    COMMANDS = (["read", "--json"], ["extract", "--json"], ["check", "--json"], ["hunt", "--json"], ["survey", "--json"])

    def check_all(self, path):
        for command in self.COMMANDS:
            result = run(*command, path)
            self.assertIn(result.returncode, (0, 2), (command, result.stderr[-2000:]))
            self.assertNotIn(b"terminate called", result.stderr)

    def test_odd_bytes(self):
        for name, content in (("empty", b""), ("nul", b"\0" * 5000), ("binary", bytes(range(256)) * 64), ("invalid-utf8", b"\xff\xfe\xfa abc\n" * 50),
                              ("truncated.json", b'{"type":"bundle","objects":[{"type":"indi'), ("deep.json", b"[" * 100_000),
                              ("deep.yml", b"- " * 100_000), ("deep.html", b"<div>" * 100_000), ("duplicate.json", b'{"a":1,"a":2}'),
                              ("truncated.gz", gzip.compress(b"x" * 100_000)[:100]), ("long-line", b"a" * 3_000_000)):
            with self.subTest(name):
                self.check_all(self.write(name, content))

    def test_compression_bomb(self):
        bomb = self.write("bomb.gz", gzip.compress(b"\0" * (1 << 21)) * 1024)  # 2 GiB in 2 MB
        for command in (["read"], ["extract"], ["check"], ["survey"]):
            result = run(*command, bomb)
            self.assertEqual(result.returncode, 2, command)
            self.assertIn("larger than", result.stderr.decode(), command)

    def test_folder_with_a_loop(self):
        self.write("logs/a.log", '198.51.100.1 - - [01/Mar/2021:00:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"\n')
        (self.folder / "logs/again").symlink_to(self.folder / "logs")
        result = run("hunt", "--json", self.folder / "logs")
        self.assertEqual(summary(result)["events"], 1)

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_unreadable_file(self):
        path = self.write("secret.txt", "x")
        path.chmod(0)
        result = run("extract", "--json", path)
        self.assertEqual(result.returncode, 2)

    def test_one_bad_file_among_good_ones(self):
        good = self.write("good.txt", "the server is evil[.]example[.]org\n")
        bad = self.write("bad.gz", gzip.compress(b"hello world" * 100)[:40])
        result = run("extract", "--json", bad, good)
        self.assertEqual(result.returncode, 2)
        self.assertEqual([line["value"] for line in lines(result) if line["kind"] == "indicator"], ["evil.example.org"])
        self.assertEqual(sum(summary(result)["skipped"].values()), 1)


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.result = run("demo", "--examples", SOURCE / "examples", "--out", cls.folder / "out", cwd=SOURCE)
        cls.out = cls.folder / "out"

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    def records(self, name):
        return [json.loads(line) for line in (self.out / name).read_text().splitlines()]

    def test_ends_well(self):
        self.assertEqual(self.result.returncode, 0, self.result.stderr.decode())
        self.assertEqual(self.result.stderr, b"")
        names = {path.name for path in self.out.iterdir()}
        self.assertEqual(names, {"brief.html", "brief-executive.txt", "brief-management.txt", "brief-operations.txt", "warnings.jsonl",
                                 "exposures.jsonl", "matches.jsonl", "bundle.json", "cert-notice.txt", "cert-notice.eml"})

    def test_the_backported_package_is_not_called_vulnerable(self):
        portal = [e for e in self.records("exposures.jsonl") if e["asset"] == "portal-01"]
        sudo = [e for e in portal if e["vulnerability"] == "CVE-2021-3156"]
        self.assertEqual([e["verdict"] for e in sudo], ["fixed-by-backport"])
        warning = self.records("warnings.jsonl")[0]
        self.assertNotIn("sudo", json.dumps(warning["through"]))

    def test_the_weak_doors_are_found(self):
        verdicts = {(e["asset"], e["vulnerability"]): e["verdict"] for e in self.records("exposures.jsonl")}
        self.assertEqual(verdicts["shop-01", "CVE-2019-20372"], "conditional")  # only with certain error_page settings
        self.assertEqual(verdicts["cms-01", "CVE-2020-25213"], "affected")
        self.assertEqual(verdicts["erp-01", "CVE-2018-11776"], "conditional")
        self.assertIn("end-of-life", {e["verdict"] for e in self.records("exposures.jsonl") if e["asset"] == "shop-01"})

    def test_matches_are_the_attack_and_nothing_else(self):
        matches = self.records("matches.jsonl")
        self.assertTrue(matches)
        shop = (SOURCE / "examples/logs/shop-01/access.log").read_text().splitlines()
        cms = (SOURCE / "examples/logs/cms-01/access.log").read_text().splitlines()
        for match in matches:
            path, line = match["source"]["path"], match["source"]["line"]
            if "shop-01" in path:
                self.assertTrue(shop[line - 1].startswith("203.0.113.77 "), match)
            elif "cms-01" in path:
                self.assertTrue(cms[line - 1].startswith("203.0.113.77 "), match)
            else:
                self.assertRegex(json.dumps(match), "w3wp|cmd.exe", match)
        self.assertTrue(any("erp-01" in match["source"]["path"] for match in matches))

    def test_the_warning_is_modest(self):
        warning = self.records("warnings.jsonl")[0]
        self.assertEqual(warning["basis"]["independent_sources"], 1)
        self.assertEqual(warning["basis"]["confidence"], "low")
        names = [hypothesis["name"] for hypothesis in warning["hypotheses"]]
        self.assertIn("APT10", names)
        self.assertIn("unknown actor", names)
        self.assertLess(next(h["probability"] for h in warning["hypotheses"] if h["name"] == "APT10"), 0.8)
        self.assertTrue(warning["not_known"])
        self.assertTrue(warning["do_first"])
        text = json.dumps(self.records("warnings.jsonl"))
        for noise in ("Fancy Bear", "LockBit", "Sandworm"):
            self.assertNotIn(noise, text)

    def test_one_incident_is_told_once(self):
        """Others that the report names by the way do not become incidents of their own."""
        terminal = self.result.stdout.decode()
        self.assertEqual(terminal.upper().count("DO FIRST"), 1, terminal)
        self.assertEqual(terminal.count("ALSO REPORTED"), 1)
        self.assertEqual((self.out / "cert-notice.txt").read_text().count("Seen in our logs:"), 1)
        self.assertLess(len((self.out / "brief-executive.txt").read_text()), 12_000)

    def test_evidence_is_in_the_bytes(self):
        document = (SOURCE / "examples/reports/news-item.html").read_bytes()
        checked = 0
        for warning in self.records("warnings.jsonl"):
            for evidence in warning["evidence"]:
                if evidence["document"].endswith("news-item.html"):
                    raw = document[evidence["start"]:evidence["end"]].decode()
                    self.assertEqual(raw, evidence["quote"])
                    checked += 1
        self.assertGreater(checked, 0)

    def test_page_is_self_contained(self):
        page = (self.out / "brief.html").read_text()
        for outside in ("src=\"http", "href=\"http", "url(http", "<script", "@import"):
            self.assertNotIn(outside, page)

    def test_notice_and_mail(self):
        notice = (self.out / "cert-notice.txt").read_text()
        self.assertIn("Aware at:   2021-03-02 03:00 UTC", notice)
        self.assertIn("Report by:  2021-03-02 09:00 UTC (6 hours after awareness)", notice)
        mail = email.message_from_bytes((self.out / "cert-notice.eml").read_bytes(), policy=email.policy.default)
        self.assertEqual(mail.get_content().replace("\r\n", "\n").strip(), notice.strip())

    def test_same_bytes_in_another_place_zone_and_locale(self):
        """Two checkouts, an installed program and the default folder give the same bytes, whatever the zone and the locale."""
        with tempfile.TemporaryDirectory() as other:
            other = pathlib.Path(other)
            copies = [other / "a", other / "much/deeper/copy of it"]
            for copy in copies:
                shutil.copytree(SOURCE / "examples", copy / "examples")
            shutil.copytree(SOURCE / "packs", copies[1] / "packs")
            installed = other / "usr/bin/tocsin"
            installed.parent.mkdir(parents=True)
            shutil.copy(PROGRAM, installed)
            for name in ("examples", "packs"):
                shutil.copytree(SOURCE / name, other / "usr/share/tocsin" / name)
            zone = {"TZ": "Pacific/Auckland", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}
            unset = {"TOCSIN_PACKS": None, "TOCSIN_EXAMPLES": None}
            runs = {"copy named by its path": run("demo", "--examples", copies[0] / "examples", "--out", other / "out1", cwd="/", env=zone),
                    "copy named relative": run("demo", "--examples", "examples", "--packs", "packs", "--out", "../../../out2", cwd=copies[1]),
                    "copy as working folder": run("demo", "--examples", ".", "--out", other / "out3", cwd=copies[0] / "examples"),
                    "default folder of the environment": run("demo", "--out", "out4", cwd=other, env={"TOCSIN_EXAMPLES": str(SOURCE / "examples")}),
                    "installed": run("demo", "--out", "out5", cwd=other, program=installed, env=unset)}
            for number, (name, result) in enumerate(runs.items(), 1):
                self.assertEqual((result.returncode, result.stderr), (0, b""), name)
                out = other / f"out{number}"
                self.assertEqual({path.name for path in out.iterdir()}, {path.name for path in self.out.iterdir()}, name)
                for path in self.out.iterdir():
                    self.assertEqual(path.read_bytes(), (out / path.name).read_bytes(), (name, path.name))

    def test_records_name_files_as_the_case_does(self):
        documents = {e["document"] for w in self.records("warnings.jsonl") for e in w["evidence"]}
        self.assertIn("reports/news-item.html", documents)
        self.assertEqual({m["source"]["path"] for m in self.records("matches.jsonl")},
                         {"logs/shop-01/access.log", "logs/cms-01/access.log", "logs/erp-01/windows.ndjson"})
        for path in self.out.iterdir():
            self.assertNotIn(str(SOURCE), path.read_text(), path.name)


class Commands(InTemporaryFolder):
    ESTATE = property(lambda self: SOURCE / "examples/estate.yml")

    def test_read_gives_the_facts(self):
        result = run("read", "--json", SOURCE / "examples/reports/news-item.html")
        self.assertEqual(result.returncode, 0, result.stderr)
        claims = [line for line in lines(result) if line["kind"] == "claim"]
        targets = {(c["subject"]["name"], c["object"]["name"]) for c in claims if c["predicate"] == "targets" and c["factuality"] == "actual" and not c["negated"]}
        self.assertIn(("APT10", "Serum Institute of India"), targets)
        self.assertIn(("APT10", "Bharat Biotech"), targets)
        self.assertNotIn("compromises", {c["predicate"] for c in claims})

    def test_survey_and_why(self):
        result = run("survey", self.ESTATE, "--json", "--all", "--as-of", "2021-03-02")
        self.assertEqual(result.returncode, 0, result.stderr)
        kinds = {line["kind"] for line in lines(result)}
        self.assertEqual(kinds, {"component", "exposure", "summary"})
        why = run("why", "CVE-2021-3156", "portal-01", "--estate", self.ESTATE, "--as-of", "2021-03-02")
        self.assertIn(b"fixed-by-backport", why.stdout)
        none = run("why", "CVE-2021-44228", "portal-01", "--estate", self.ESTATE, "--as-of", "2021-03-02")
        self.assertEqual(none.returncode, 0)
        self.assertIn(b"does not concern portal-01", none.stdout)
        self.assertEqual(run("why", "CVE-2021-3156", "portal-1", "--estate", self.ESTATE).returncode, 2)

    def test_hunt_findings_and_summary(self):
        logs = SOURCE / "examples/logs"
        self.assertEqual(run("hunt", logs, "--fail-on", "critical").returncode, 0)
        found = run("hunt", logs, "--fail-on", "high", "--json")
        self.assertEqual(found.returncode, 1)
        total = summary(found)
        for key in ("events", "bytes", "unparsed", "matches", "rules_loaded", "rules_rejected", "indicators", "seconds", "load_seconds"):
            self.assertIn(key, total)
        self.assertEqual(total["unparsed"], 0)
        self.assertIn(b"####", run("hunt", logs, "--summary").stdout)
        listed = self.write("bad.txt", "203.0.113.77\n")
        hits = [line for line in lines(run("hunt", logs, "--indicators", listed, "--json")) if line["kind"] == "match" and line["engine"] == "indicator"]
        self.assertTrue(hits)
        self.assertEqual({hit["indicator"]["value"] for hit in hits}, {"203.0.113.77"})

    def test_assess_gives_the_three_views(self):
        texts = set()
        for view in ("executive", "management", "operations"):
            result = run("assess", self.ESTATE, "--reports", SOURCE / "examples/reports", "--as-of", "2021-03-02", "--view", view,
                         "--html", self.folder / "b.html")
            self.assertEqual(result.returncode, 0, result.stderr)
            texts.add(result.stdout)
        self.assertEqual(len(texts), 3)

    def test_a_log_named_twice_is_read_once(self):
        common = ["assess", self.ESTATE, "--reports", SOURCE / "examples/reports", "--as-of", "2021-03-02", "--json"]
        once = run(*common)
        twice = run(*common, "--logs", SOURCE / "examples/logs", "--logs", SOURCE / "examples/logs/../logs/erp-01")
        self.assertEqual(summary(once)["events"], summary(twice)["events"])
        self.assertEqual(summary(once)["matches"], summary(twice)["matches"])
        self.assertEqual(summary(once)["not_used"], sum(line["kind"] == "not-used" for line in lines(once)))

    def test_check_knows_what_it_can_check(self):
        sbom = self.write("s/sbom.json", '{"bomFormat":"CycloneDX","specVersion":"1.4"}')
        self.assertIn(b"SBOM", run("check", sbom).stderr)
        for name, content in (("null.json", "null"), ("list.json", "[]"), ("words.txt", "some words\n"), ("empty", "")):
            self.assertEqual(run("check", self.write("s/" + name, content)).returncode, 2, name)
        good = self.write("p/good.txt", "# one a line\n[ipv4-addr:value = '198.51.100.1'] FOLLOWEDBY [url:value LIKE '%.php'] WITHIN 5 SECONDS\n")
        self.assertEqual(run("check", good).returncode, 0)
        bad = run("check", "--json", self.write("p/bad.txt", "[ipv4-addr:value = '198.51.100.1']\n[url:value LIKE 5]\n"))
        self.assertEqual(bad.returncode, 2)
        self.assertEqual([line["line"] for line in lines(bad) if line["kind"] == "problem"], [2])
        mixed = run("check", self.folder / "s", "--json")
        self.assertEqual(mixed.returncode, 0)
        self.assertEqual(sum(summary(mixed)["skipped"].values()), 5)

    def test_not_knowing_is_not_a_no(self):
        result = run("why", "CVE-2020-99999", "portal-01", "--estate", self.ESTATE)
        self.assertIn(b"It is not known whether", result.stdout)

    def test_no_control_character_reaches_the_terminal(self):
        report = self.write("report.txt", "APT10 targeted Bharat Biotech \x1b[31mred\x1b[0m in India, Cyfirma said.\n")
        for arguments in (["read", "--all", report], ["extract", report]):
            self.assertNotIn(b"\x1b", run(*arguments).stdout)

    def test_check_tells_every_problem(self):
        bad = self.write("bad.json", json.dumps({"type": "bundle", "id": "bundle--1", "objects": [{"type": "identity", "spec_version": "2.1"}]}))
        result = run("check", "--json", bad)
        self.assertEqual(result.returncode, 2)
        problems = [line for line in lines(result) if line["kind"] == "problem"]
        self.assertGreaterEqual(len(problems), 3)
        rule = self.write("rule.yml", "title: x\nlogsource:\n  category: webserver\ndetection:\n  a:\n    cs-uri|nosuch: x\n  condition: a\n")
        self.assertIn(b"nosuch", run("check", rule).stdout)
        estate = self.write("estate.yml", "organisation:\n  name: X\n  contry: IN\n")
        self.assertIn(b"did you mean", run("check", estate).stdout)

    def test_hunting_with_nothing_left_to_look_for_is_bad_input(self):
        log = self.write("event.json", '{"EventID":1,"Channel":"Security"}\n{"a":1}\n')
        rule = self.write("rule.yml", "title: t\nlogsource: {product: windows}\ndetection: {a: {x|foo: 1}, condition: a}\n")
        self.assertEqual(run("hunt", "--rules", rule, log).returncode, 2)
        found = run("hunt", "--json", "--indicators", self.write("list.txt", "\x01\x02 no indicator\n"), log)
        self.assertEqual(found.returncode, 2)
        self.assertEqual(summary(found)["indicators_rejected"], 1)
        self.assertEqual(summary(found)["events_without_log_source"], 1)

    def test_explain_says_why_a_rule_does_not_fire(self):
        log = self.write("event.json", '{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":"C:\\\\a.exe"}\n')
        rule = self.write("rule.yml", "title: Shell\nlogsource: {product: windows, category: process_creation}\n"
                          "detection: {selection: {Image|endswith: cmd.exe, User: x}, condition: selection}\n")
        result = run("hunt", "--json", "--rules", rule, "--explain", "shell", log)
        self.assertEqual(result.returncode, 0, result.stderr)
        explanation = lines(result)[0]
        self.assertFalse(explanation["fires"])
        self.assertTrue(explanation["log_source"]["fits"])
        image, user = explanation["detections"][0]["steps"][1:]
        self.assertEqual((image["holds"], image["found"]), (False, ["C:\\a.exe"]))
        self.assertFalse(user["is_there"])
        self.assertIn(b"the event has no such field", run("hunt", "--rules", rule, "--explain", "Shell", log).stdout)
        self.assertIn(b"did you mean 'Shell'", run("hunt", "--rules", rule, "--explain", "shel", log).stderr)

    def test_store(self):
        store = self.folder / "k.db"
        imported = run("store", "import", "--store", store, SOURCE / "packs/names")
        self.assertEqual(imported.returncode, 0, imported.stderr)
        found = run("store", "--store", store, "find", "stone panda")
        self.assertEqual(found.returncode, 0)
        self.assertIn(b"APT10", found.stdout)
        self.assertIn(b"CrowdStrike", found.stdout)
        self.assertEqual(run("store", "--store", self.write("broken.db", "no database"), "find", "x").returncode, 2)


class DocumentMarkings(InTemporaryFolder):
    """What a document says of its own sharing reaches whatever is built on it."""

    STRICT = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
    RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"

    def setUp(self):
        super().setUp()
        self.estate = self.write("estate.yml", "organisation:\n  name: Aranya Vaccines\n  country: IN\n  sectors: [pharmaceuticals]\n"
                                 "  products: [COVID-19 vaccine]\n  clearance: tlp:amber+strict\n"
                                 "assets:\n  - id: web-01\n    role: web site\n    exposure: internet\n")
        self.item = (SOURCE / "examples/reports/news-item.html").read_text(encoding="utf-8")

    def report(self, name, marking):
        return self.write(name, self.item.replace("<footer>", f"<footer><p>{marking}</p>"))

    def warnings_on(self, *reports):
        result = run("assess", self.estate, "--reports", *reports, "--as-of", "2021-03-02", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        return [line for line in lines(result) if line["kind"] == "warning"], result

    def test_warnings_are_at_least_as_restrictive(self):
        for marking, expected in (("", "tlp:amber"), ("TLP:GREEN", "tlp:amber"), ("TLP:AMBER+STRICT", "tlp:amber+strict")):
            warnings, _ = self.warnings_on(self.report("item.html", marking))
            self.assertTrue(warnings, marking)
            self.assertEqual({warning["marking"] for warning in warnings}, {expected}, marking)

    def test_what_is_above_the_clearance_or_not_understood_warns_of_nothing(self):
        for marking, word in (("TLP:RED", b""), ("TLP:PURPLE", b"does not exist"), ("TLP:GREEN | TLP:RED", b"several TLP levels")):
            warnings, result = self.warnings_on(self.report("item.html", marking))
            self.assertEqual(warnings, [], marking)
            self.assertIn(word, result.stderr)
            self.assertIn("above the organisation's clearance", result.stdout.decode())

    def test_bundles_bear_the_strictest_marking_of_their_documents(self):
        green, strict = self.report("green.html", "TLP:GREEN"), self.report("strict.html", "Contoso CERT | TLP:AMBER+STRICT")
        target = self.folder / "report.json"
        for reports, expected in (([green, strict], self.STRICT), ([strict, self.report("odd.html", "TLP:MAUVE")], self.RED)):
            result = run("read", *reports, "--json", "--stix", target)
            self.assertEqual(result.returncode, 0, result.stderr)
            levels = {line["path"]: line.get("marking") for line in lines(result) if line["kind"] == "document"}
            self.assertEqual(levels[str(strict)], "tlp:amber+strict")
            objects = [one for one in json.loads(target.read_text())["objects"] if one["type"] != "marking-definition"]
            self.assertTrue(objects)
            for one in objects:
                self.assertEqual(one["object_marking_refs"], [expected], one)
        self.assertEqual(summary(result)["skipped"], {"marking-unknown": 1})


class Follow(InTemporaryFolder):
    """A running hunt over a log that grows, is moved away, and is cut."""

    LINE = '203.0.113.7 - - [01/Mar/2021:10:05:03 +0000] "GET /{} HTTP/1.1" 200 5 "-" "curl/7.64"\n'
    RULE = """title: Web shell
logsource: {category: webserver}
detection: {sel: {cs-uri-stem|contains: shell.php}, condition: sel}
level: high
"""

    def test_until_interrupted(self):
        rule, log = self.folder / "rule.yml", self.folder / "access.log"
        rule.write_text(self.RULE)
        log.write_text(self.LINE.format("one/shell.php"))
        with subprocess.Popen([PROGRAM, "hunt", "--follow", "--json", "--rules", rule, log], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**os.environ, "TOCSIN_PACKS": str(SOURCE / "packs")}) as process:
            def next_path():
                return json.loads(process.stdout.readline())["fields"]["cs-uri-stem"]
            try:
                self.assertEqual(next_path(), "/one/shell.php")
                with open(log, "a") as file:  # grows, the last record by halves
                    line = self.LINE.format("two/shell.php")
                    file.write(self.LINE.format("index.html") + line[:40])
                    file.flush()
                    file.write(line[40:])
                self.assertEqual(next_path(), "/two/shell.php")
                log.rename(self.folder / "access.log.1")  # is moved away; the old one gets a last record
                with open(self.folder / "access.log.1", "a") as file:
                    file.write(self.LINE.format("three/shell.php"))
                self.assertEqual(next_path(), "/three/shell.php")
                log.write_text(self.LINE.format("four/shell.php") + self.LINE.format("index.html"))
                self.assertEqual(next_path(), "/four/shell.php")
                log.write_text(self.LINE.format("5/shell.php"))  # is cut, and shorter than it was
                self.assertEqual(next_path(), "/5/shell.php")
                process.send_signal(signal.SIGINT)
                rest = [json.loads(line) for line in process.stdout.read().splitlines()]
                self.assertEqual([line["kind"] for line in rest], ["summary"])
                self.assertEqual(rest[0]["matches"], 5)
                self.assertEqual(rest[0]["unparsed"], 0)
                self.assertEqual(process.wait(timeout=60), 0)
            finally:
                process.kill()


class Corpus(unittest.TestCase):
    def test_seed_story(self):
        story = pathlib.Path(os.environ.get("TOCSIN_DATA_DIR", SOURCE / "../shared/data")) / "text/seed-story.txt"
        if not story.exists():
            self.skipTest(f"the corpus is not there: {story}")
        result = run("read", "--json", story)
        self.assertEqual(result.returncode, 0)
        groups = [line for line in lines(result) if line["kind"] == "source-group"]
        self.assertEqual(len(groups), 1)


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
    SOURCE = pathlib.Path(sys.argv[2]).resolve()
    result = unittest.main(argv=[sys.argv[0], *sys.argv[3:]], exit=False).result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(77 if result.testsRun and len(result.skipped) == result.testsRun else 0)

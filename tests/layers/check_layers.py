#!/usr/bin/env python3
"""Checks the house: who includes whom, names, READMEs and the paths that documents, scripts and the man page mention.

    check_layers.py [ROOT]        prints every violation as path:line: message, exit 1 when there are any

ALLOWED is the table of the design (docs/architecture.md). A change of it is a change of the design and says why.
"""

import glob
import os
import re
import sys

# Room -> rooms that it may include. What those may include, it may include too.
ALLOWED = {
    "base": [],
    "stix": ["base"],
    "record": ["stix"],
    "report": ["record"],
    "estate": ["record"],
    "event": ["base"],
    "detect": ["event", "record"],
    "knowledge": ["record"],
    "assess": ["record"],
    "share": ["record", "knowledge"],
    "serve": ["report", "estate", "detect", "assess", "share"],
    "app": ["serve"],
}

FORBIDDEN_NAMES = {"util", "utils", "common", "helper", "helpers", "misc", "manager", "managers"}
SKIPPED_FOLDERS = {".git", "build", "out", "node_modules", "__pycache__", ".cache", "dist"}
MAX_README_LINES = 40

# Third-party headers that cost seconds a file, and two that no file may have: std::regex is neither linear nor safe.
HEAVY_IN_HEADERS = re.compile(r"^(simdjson\.h|gumbo\.h|unicode/.*|re2/.*|CLI/.*|iostream|openssl/.*|sqlite3\.h)$")
FORBIDDEN_HEADERS = {"regex", "bits/stdc++.h"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LINK = re.compile(r"!?\[[^\]\n]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
TOP_FOLDERS = "src|tests|fuzz|bench|docs|tools|cmake|packs|examples|web"
MENTIONED_PATH = re.compile(rf"(?<![\w./~-])((?:{TOP_FOLDERS})/[\w./*<>{{}}$-]*)")
MENTIONED_HEADER = re.compile(rf"(?<![\w./~-])((?:{'|'.join(ALLOWED)})/\w+\.(?:h|cc))\b")
TROFF = re.compile(r"\\f[BIRP]|\\[&-]")  # fonts and escapes of a man page


class Violations:
    def __init__(self, root):
        self.root = root
        self.found = []

    def add(self, path, line, message):
        self.found.append((os.path.relpath(path, self.root), line, message))

    def print(self):
        for path, line, message in sorted(set(self.found)):
            print(f"{path}:{line}: {message}" if line else f"{path}: {message}")


def closure(allowed):
    """Room -> every room that it may include, itself among them."""
    reach = {}
    for room in allowed:
        seen, waiting = set(), [room]
        while waiting:
            current = waiting.pop()
            if current not in seen:
                seen.add(current)
                waiting.extend(allowed[current])
        reach[room] = seen
    return reach


def walk(root):
    """Folders and files under root that are ours, in a fixed order."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        yield folder, folders, sorted(files)


def read_lines(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def check_includes(root, violations):
    """Edges against the table. Gives the graph of our files: path -> [(line, path)], paths relative to src/."""
    source = os.path.join(root, "src")
    reach = closure(ALLOWED)
    graph = {}
    for folder, folders, files in walk(source):
        if folder == source:
            for name in folders:
                if name not in ALLOWED:
                    violations.add(os.path.join(folder, name), 0, f"'{name}' is no room of the design")
        for name in files:
            if not name.endswith((".h", ".cc", ".inc")):
                continue
            path = os.path.join(folder, name)
            relative = os.path.relpath(path, source)
            room = relative.split(os.sep)[0]
            edges = graph.setdefault(relative, [])
            for number, line in enumerate(read_lines(path), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                quote, target = match.groups()
                if quote == "<":
                    check_foreign_header(path, number, target, violations)
                    continue
                other = target.split("/")[0]
                if not os.path.isfile(os.path.join(source, target)):
                    violations.add(path, number, f"'{target}' is no file under src/ (includes name the room: \"base/json.h\")")
                    continue
                edges.append((number, os.path.normpath(target)))
                if room in reach and other not in reach[room]:
                    violations.add(path, number, f"room '{room}' may not include room '{other}' ({target})")
    return graph


def check_foreign_header(path, number, target, violations):
    if target in FORBIDDEN_HEADERS:
        violations.add(path, number, f"<{target}> is not used in this house")
    elif path.endswith(".h") and HEAVY_IN_HEADERS.match(target):
        violations.add(path, number, f"<{target}> belongs into a .cc file")
    elif target.split("/")[0] in ALLOWED and target.endswith(".h"):
        violations.add(path, number, f"our own headers stand in quotes: \"{target}\"")


def check_cycles(root, graph, violations):
    """Depth first, with the path kept by hand; each cycle is told once, at the include that closes it."""
    state = {}  # absent: not seen; 1: on the path; 2: done
    for start in sorted(graph):
        if start in state:
            continue
        state[start] = 1
        path = [start]
        iterators = [iter(graph[start])]
        while iterators:
            for line, target in iterators[-1]:
                if state.get(target) == 1:
                    cycle = path[path.index(target):] + [target]
                    violations.add(os.path.join(root, "src", path[-1]), line, "include cycle: " + " -> ".join(cycle))
                elif target not in state:
                    state[target] = 1
                    path.append(target)
                    iterators.append(iter(graph.get(target, [])))
                    break
            else:
                state[path.pop()] = 2
                iterators.pop()


def check_links_between_rooms(root, violations):
    """DEPS of tocsin_room(...) obey the table too."""
    reach = closure(ALLOWED)
    for room in ALLOWED:
        path = os.path.join(root, "src", room, "CMakeLists.txt")
        if not os.path.isfile(path):
            continue
        text = re.sub(r"#.*", "", "\n".join(read_lines(path)))
        for call in re.finditer(r"tocsin_room\s*\(([^)]*)\)", text):
            inside = False
            for word in call.group(1).split():
                if word.isupper():
                    inside = word == "DEPS"
                elif inside and word not in reach[room]:
                    line = text[: call.start()].count("\n") + 1
                    violations.add(path, line, f"room '{room}' may not be linked to room '{word}'")


def check_names(root, violations):
    for folder, folders, files in walk(root):
        for name in folders + files:
            words = set(re.split(r"[_.\-]", name.lower()))
            bad = sorted(words & FORBIDDEN_NAMES)
            if bad and not name.endswith(".md"):
                violations.add(os.path.join(folder, name), 0, f"nothing is called '{bad[0]}' here: say what it is")


def check_room_readmes(root, violations):
    source = os.path.join(root, "src")
    for room in sorted(ALLOWED):
        if not os.path.isfile(os.path.join(source, room, "CMakeLists.txt")):
            continue
        path = os.path.join(source, room, "README.md")
        if not os.path.isfile(path):
            violations.add(path, 0, "a room has a README: what flows in, what flows out, main types, what it may include")
        elif len(read_lines(path)) > MAX_README_LINES:
            violations.add(path, 0, f"{len(read_lines(path))} lines; a room's README has at most {MAX_README_LINES}")


def documents(root):
    for folder, _, files in walk(root):
        relative = os.path.relpath(folder, root)
        if relative.split(os.sep)[0] in ("packs", "examples") or relative.startswith(os.path.join("tests", "golden")):
            continue
        for name in files:
            if name.endswith(".md"):
                yield os.path.join(folder, name)


def scripts(root):
    """What is no document and mentions paths too: the man page, the Makefile and the scripts."""
    for folder in (".ci", "bench", "cmake", "completions", "docs/man", "tools"):
        for path in sorted(glob.glob(os.path.join(root, folder, "*"))):
            if os.path.isfile(path) and not path.endswith(".cc"):
                yield path
    for name in ("Makefile", "CMakeLists.txt", "CMakePresets.json"):
        if os.path.isfile(os.path.join(root, name)):
            yield os.path.join(root, name)


def exists(root, mentioned):
    pattern = re.search(r"[<>{}$]", mentioned)
    if pattern:  # for people: of tests/golden/<topic>/ the folder before the blank must be there
        mentioned = os.path.dirname(mentioned[: pattern.start()])
    if "*" in mentioned:
        return bool(glob.glob(os.path.join(root, mentioned)))
    return os.path.exists(os.path.join(root, mentioned))


def check_mentions(root, path, number, text, violations):
    for match in MENTIONED_PATH.finditer(text):
        mentioned = match.group(1).rstrip(".")
        if not exists(root, mentioned):
            violations.add(path, number, f"no such file or folder: {mentioned}")
    for match in MENTIONED_HEADER.finditer(text):
        if not exists(os.path.join(root, "src"), match.group(1)):
            violations.add(path, number, f"no such file under src/: {match.group(1)}")


def check_documents(root, violations):
    for path in documents(root):
        for number, line in enumerate(read_lines(path), 1):
            for match in LINK.finditer(line):
                target = match.group(1).split("#")[0]
                if not target or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", target):
                    continue
                base = root if target.startswith("/") else os.path.dirname(path)
                if not os.path.exists(os.path.join(base, target.lstrip("/"))):
                    violations.add(path, number, f"dead link: {match.group(1)}")
            check_mentions(root, path, number, LINK.sub("", line), violations)


def check_scripts(root, violations):
    for path in scripts(root):
        for number, line in enumerate(read_lines(path), 1):
            line = TROFF.sub(lambda match: "-" if match.group(0) == "\\-" else "", line)
            check_mentions(root, path, number, line, violations)


def check(root):
    violations = Violations(root)
    graph = check_includes(root, violations)
    check_cycles(root, graph, violations)
    check_links_between_rooms(root, violations)
    check_names(root, violations)
    check_room_readmes(root, violations)
    check_documents(root, violations)
    check_scripts(root, violations)
    return violations, graph


def main():
    root = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..", ".."))
    if not os.path.isdir(os.path.join(root, "src")):
        print(f"check_layers: no folder src under {root}", file=sys.stderr)
        return 2
    violations, graph = check(root)
    violations.print()
    edges = sum(len(targets) for targets in graph.values())
    print(f"check_layers: {len(graph)} files, {edges} includes, {len(set(violations.found))} violations")
    return 1 if violations.found else 0


if __name__ == "__main__":
    sys.exit(main())

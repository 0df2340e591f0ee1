#!/usr/bin/env python3
"""The layer check finds each kind of violation in a small house, and nothing in a sound one."""

import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_layers  # noqa: E402

SOUND = {
    "README.md": "See [the drawing](docs/architecture.md#rooms), `src/base/a.h` and https://example.org/docs/x.md.\n",
    "tests/golden/x.in": "\n",
    "docs/architecture.md": "Goldens: tests/golden/<topic>/, `base/a.h`, [up](../README.md), [away](https://example.org).\n",
    "src/base/CMakeLists.txt": "tocsin_room(NAME base SOURCES a.cc LIBRARIES fmt)\n",
    "src/base/README.md": "base\n" * 40,
    "src/base/a.h": "#pragma once\n#include <string>\n",
    "src/base/a.cc": '#include "base/a.h"\n#include <simdjson.h>\n',
    "src/stix/CMakeLists.txt": "tocsin_room(NAME stix SOURCES s.cc DEPS base)\n",
    "src/stix/README.md": "stix\n",
    "src/stix/s.h": '#include "base/a.h"\n',
    "src/stix/s.cc": '#include "stix/s.h"\n',
    "src/record/CMakeLists.txt": "tocsin_room(NAME record SOURCES r.cc DEPS stix base)\n",
    "src/record/README.md": "record\n",
    "src/record/r.cc": '#include "base/a.h"\n#include "stix/s.h"\n',
}


class CheckLayersTest(unittest.TestCase):
    def violations(self, changes):
        with tempfile.TemporaryDirectory() as root:
            for name, text in {**SOUND, **changes}.items():
                path = os.path.join(root, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            return [f"{path}:{line}: {message}" for path, line, message in sorted(check_layers.check(root)[0].found)]

    def expect(self, changes, *parts):
        found = self.violations(changes)
        self.assertEqual(len(found), len(parts), found)
        for violation, part in zip(found, parts):
            self.assertIn(part, violation)

    def test_a_sound_house_has_none(self):
        self.expect({})

    def test_upward_include(self):
        self.expect({"src/base/b.cc": '\n  # include "stix/s.h"\n'}, "src/base/b.cc:2: room 'base' may not include room 'stix'")

    def test_sideways_include(self):
        self.expect(
            {"src/event/e.h": "\n", "src/report/r.cc": '#include "event/e.h"\n'},
            "room 'report' may not include room 'event'",
        )

    def test_tests_obey_too(self):
        self.expect({"src/base/a_test.cc": '#include "record/x.h"\n', "src/record/x.h": "\n"}, "may not include room 'record'")

    def test_link_against_the_table(self):
        self.expect(
            {"src/base/CMakeLists.txt": "# why\ntocsin_room(\n  NAME base\n  DEPS stix\n  LIBRARIES fmt)\n"},
            "src/base/CMakeLists.txt:2: room 'base' may not be linked to room 'stix'",
        )

    def test_unknown_room_and_missing_file(self):
        self.expect({"src/attic/x.cc": "\n"}, "'attic' is no room")
        self.expect({"src/base/b.cc": '#include "a.h"\n'}, "'a.h' is no file under src/")

    def test_cycle(self):
        self.expect(
            {
                "src/base/x.h": '#include "base/y.h"\n',
                "src/base/y.h": '#include "base/z.h"\n',
                "src/base/z.h": '\n#include "base/x.h"\n',
            },
            "src/base/z.h:2: include cycle: base/x.h -> base/y.h -> base/z.h -> base/x.h",
        )
        self.expect({"src/base/x.h": '#include "base/x.h"\n'}, "include cycle: base/x.h -> base/x.h")

    def test_a_diamond_is_no_cycle(self):
        self.expect(
            {
                "src/base/x.h": '#include "base/y.h"\n#include "base/z.h"\n',
                "src/base/y.h": '#include "base/a.h"\n#include "base/z.h"\n',
                "src/base/z.h": '#include "base/a.h"\n',
            }
        )

    def test_forbidden_names(self):
        self.expect({"src/base/string_utils.h": "\n"}, "nothing is called 'utils'")
        self.expect({"tools/common/x.py": "\n"}, "nothing is called 'common'")
        self.expect({"src/base/utility_bill.h": "\n", "build/utils.h": "\n"})

    def test_heavy_and_forbidden_headers(self):
        self.expect({"src/base/b.h": "#include <simdjson.h>\n"}, "belongs into a .cc file")
        self.expect({"src/base/b.cc": "#include <regex>\n"}, "not used in this house")
        self.expect({"src/stix/b.cc": "#include <base/a.h>\n"}, "stand in quotes")

    def test_readmes(self):
        self.expect({"src/base/README.md": "base\n" * 41}, "41 lines")
        self.expect({"src/detect/CMakeLists.txt": "tocsin_room(NAME detect)\n"}, "a room has a README")

    def test_dead_links_and_paths(self):
        self.expect({"README.md": "\n[gone](docs/gone.md)\n"}, "README.md:2: dead link: docs/gone.md")
        self.expect({"docs/x.md": "![picture](pictures/a.png)\n"}, "dead link: pictures/a.png")
        self.expect({"docs/x.md": "run `tools/gone.sh` now\n"}, "no such file or folder: tools/gone.sh")
        self.expect({"docs/x.md": "tests/*.py and src/base/a.h.\n"}, "no such file or folder: tests/*.py")
        self.expect({"docs/x.md": "`base/gone.h`\n"}, "no such file under src/: base/gone.h")
        self.expect({"src/stix/README.md": "[gone](../gone)\n"}, "dead link: ../gone")
        self.expect({"docs/x.md": "goldens: tests/topics/<topic>/x.out\n"}, "no such file or folder: tests/topics/<topic>/x.out")

    def test_paths_in_scripts_and_the_man_page(self):
        self.expect({"Makefile": "x:\n\t@tools/gone.sh $(DATA)\n"}, "Makefile:2: no such file or folder: tools/gone.sh")
        self.expect({"tools/run.sh": "ls fuzz/\"$1\"; ls build/release/tests/x; cat ../docs/x\n"}, "tools/run.sh:1: no such file or folder: fuzz/")
        self.expect({"tools/run.sh": "ls src/$room/*.cc; tools/run.sh; mkdir -p /usr/share/docs/x; cat docs/$name/x\n"})
        self.expect({".ci/run": "tests/gone\n"}, ".ci/run:1: no such file or folder: tests/gone")
        self.expect({"CMakePresets.json": '{"a": "${sourceDir}/build", "b": "cmake/gone.cmake"}\n'}, "no such file or folder: cmake/gone.cmake")
        self.expect({"cmake/x.cmake": "# see base/gone.h\n"}, "no such file under src/: base/gone.h")
        self.expect(
            {"docs/man/x.1": ".TH X\n\\fIpacks/gone\\-names\\fR and \\fBdocs/architecture.md\\fP\n"},
            "docs/man/x.1:2: no such file or folder: packs/gone-names",
        )


if __name__ == "__main__":
    unittest.main()

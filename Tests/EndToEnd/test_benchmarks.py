"""The benchmarks count right, judge right and refuse what they cannot do. They are not run: that takes minutes."""

import os
import pathlib
import subprocess
import sys
import unittest
import xml.etree.ElementTree

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "Benchmarks"
sys.path.insert(0, str(FOLDER))

import accounting  # noqa: E402
import chart  # noqa: E402
import comparisons  # noqa: E402
import growth  # noqa: E402
from accounting import Row, Wrong  # noqa: E402

H2LOAD = """finished in 1.50s, 2000.50 req/s, 14.31MB/s
requests: 3000 total, 3000 started, 3000 done, 3000 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 3000 2xx, 0 3xx, 0 4xx, 0 5xx
traffic: 21.46MB (22500000) total, 88.00KB (90112) headers (space savings 90.00%), 20.9MB (21915000) data
"""


class Accounting(unittest.TestCase):
    def test_the_kernel_counts_a_process_as_its_threads(self):
        pid = os.getpid()
        before = accounting.cpu_nanoseconds(pid), accounting.thread_nanoseconds(pid)
        sum(range(2_000_000))
        after = accounting.cpu_nanoseconds(pid), accounting.thread_nanoseconds(pid)
        one, other = (late - early for late, early in zip(after, before))
        self.assertGreater(one, 1_000_000)
        self.assertAlmostEqual(one / other, 1, delta=0.2)

    def test_figures_of_h2load(self):
        figures = accounting.h2load_figures(H2LOAD)
        self.assertEqual((figures["rate"], figures["ok"], figures["data"]), (2000.5, 3000, 21915000))
        self.assertEqual(accounting.checked(figures, 3000, 7300), figures)

    def test_calls_without_the_right_answer_do_not_count(self):
        for change, calls, size in (
            (("3000 succeeded, 0 failed", "2999 succeeded, 1 failed"), 3000, 7300),
            (("0 errored", "1 errored"), 3000, 7300),
            (("0 timeout", "1 timeout"), 3000, 7300),
            (("3000 2xx, 0 3xx", "2999 2xx, 1 3xx"), 3000, 7300),
            (("", ""), 3001, 7300),
            (("", ""), 3000, 7301),
        ):
            with self.subTest(change, calls=calls, size=size), self.assertRaises(Wrong):
                accounting.checked(accounting.h2load_figures(H2LOAD.replace(*change)), calls, size)
        with self.assertRaises(Wrong):
            accounting.h2load_figures("no figures")

    def test_the_median_round_counts(self):
        ours, theirs = Row("a", "", 1, 1), Row("b", "", 1, 1)
        for nanoseconds in (1_000_000, 9_000_000, 2_000_000):
            ours.add(100, nanoseconds, 100)
            theirs.add(100, nanoseconds // 2, 100)
        self.assertEqual((ours.cost, theirs.cost), (20, 10))
        self.assertEqual(accounting.times_as_cheap(ours, theirs), 0.5)
        self.assertIsNone(accounting.times_as_cheap(ours, None))
        with self.assertRaises(Wrong):
            ours.add(0, 1, 0)

    def test_ratios_are_judged(self):
        for ratio, at_most, verdicts in (
            (0.5, False, ["NOT met", "NOT met"]),
            (0.6, False, ["met", "NOT met"]),
            (1.0, False, ["met", "met"]),
            (None, False, ["not measured", "not measured"]),
            (1.1, True, ["NOT met", "NOT met"]),
            (0.9, True, ["NOT met", "met"]),
            (0.6, True, ["met", "met"]),
        ):
            with self.subTest(ratio, at_most=at_most):
                line = accounting.judged("x", ratio, 0.6, 1, at_most)
                self.assertEqual([line[3], line[5]], verdicts)

    def test_a_table(self):
        self.assertEqual(accounting.table(["a", "b"], [[1, 2]]), "| a | b |\n|---|---|\n| 1 | 2 |")


class Inputs(unittest.TestCase):
    document = {
        "cohorts": [{"id": "sle"}, {"id": "other"}],
        "knobs": [{"id": "k", "default_value": "strict"}],
        "criteria": [
            {
                "id": "A",
                "stages": ["STAGE_ENROLMENT"],
                "by_reading": {
                    "knob": "k",
                    "options": [
                        {"value": "strict", "criterion": "A.1"},
                        {"value": "lax", "criterion": "A.2"},
                    ],
                },
            },
            {
                "id": "A.1",
                "result": {
                    "concepts": ["alt"],
                    "operator": "COMPARISON_OPERATOR_LESS_OR_EQUAL",
                    "uln_multiple": "3",
                    "window": {"count": 2, "unit": "PERIOD_UNIT_WEEK"},
                },
            },
            {"id": "A.2", "measured": {"concepts": ["alt"]}},
            {"id": "B", "stages": ["STAGE_ENROLMENT"], "cohort": "other", "consent": {}},
        ],
    }

    def test_leaves_become_expressions(self):
        (leaf,) = comparisons.listed(self.document, "STAGE_ENROLMENT", "sle")
        self.assertEqual(leaf["id"], "A.1")
        self.assertEqual(leaf["cel"], "alt_value <= 3.0 * alt_uln && alt_days <= 14.0")
        self.assertEqual(leaf["zen"], "alt_value <= 3.0 * alt_uln and alt_days <= 14.0")
        self.assertEqual(set(leaf["values"]), {"alt_value", "alt_uln", "alt_days"})

    def test_a_definition_is_cut_down_with_every_reading(self):
        small = comparisons.reduced(self.document, "STAGE_ENROLMENT", "sle", "A.")
        self.assertEqual(small["cohorts"], [{"id": "sle"}])
        self.assertEqual([one["id"] for one in small["criteria"]], ["A", "A.1", "A.2"])

    def test_patients_grow(self):
        given = {
            "observations": [{"id": "a", "effective": "2025-03-12T08:30:00+08:00"}],
            "medications": [
                {"id": "m", "drug": 1, "dose": 2, "doseBasis": 3, "route": 4, "purpose": 5}
            ],
        }
        grown = growth.observations({"snapshot": given}, 3)["snapshot"]["observations"]
        self.assertEqual([one["id"] for one in grown], ["a", "a-1", "a-2"])
        self.assertEqual(grown[2]["effective"], "2025-02-26T08:30:00+08:00")
        grown = growth.periods({"snapshot": given}, 3)["snapshot"]["medications"]
        self.assertEqual([one.get("end") for one in grown], [None, "2024-12-31", "2024-12-28"])

    def test_a_chart_is_a_picture(self):
        panels = [chart.Panel("a < b", "x", "y", {"one": [(1, 5), (1000, 70)], "none": []})] * 3
        root = xml.etree.ElementTree.fromstring(chart.svg(panels))
        self.assertEqual(len(root.findall("{http://www.w3.org/2000/svg}g")), 3)


class CommandLines(unittest.TestCase):
    def run_script(self, name, *arguments):
        return subprocess.run(
            [sys.executable, FOLDER / name, *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def test_help_and_refusals(self):
        for name in ("side_by_side.py", "engines.py", "growth.py"):
            with self.subTest(name):
                told = self.run_script(name, "--help")
                self.assertEqual(told.returncode, 0)
                self.assertIn("--rounds", told.stdout)
                for arguments, message in (
                    (("--rounds", "0"), "'0' is no number above 0"),
                    (("--seconds", "soon"), "'soon' is no number above 0"),
                    (("--benchmark", "/nowhere"), "there is no /nowhere"),
                ):
                    refused = self.run_script(name, *arguments)
                    self.assertEqual(refused.returncode, 2, refused.stderr)
                    self.assertIn(message, refused.stderr)
        refused = self.run_script("side_by_side.py", "--load-core", "0")
        self.assertIn("must be two cores", refused.stderr)

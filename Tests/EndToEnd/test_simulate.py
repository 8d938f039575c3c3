"""CompareVersions and SimulateChange: what a version changes, and whose verdict.

Environment: TRIALGATE_SIMULATED_PATIENTS = patients (default 1000).
"""

import json
import os
import pathlib
import random
import tempfile
import unittest

import grpc

from configuration import (
    BUILT_IN,
    TRIAL,
    Guarded,
    amended,
    caller,
    configuration_pb2,
    details,
    patient,
    requests_pb2 as r,
)
from harness import command, json_format, verdict_pb2

PATIENTS = int(os.environ.get("TRIALGATE_SIMULATED_PATIENTS", "1000"))
VERSION = "2025-03-01"
AMENDMENT = f"{TRIAL}/versions/{VERSION}"
# C3.3 asks for at least 60 g/L, the amendment for 90.
LOW, HIGH = 600, 900
ELIGIBLE, INELIGIBLE = verdict_pb2.OUTCOME_ELIGIBLE, verdict_pb2.OUTCOME_INELIGIBLE


def with_haemoglobin(tenths):
    """The eligible patient with so many tenths of g/L."""
    request = patient("changzheng")
    (observation,) = [o for o in request.snapshot.observations if o.id == "hb"]
    observation.quantity.value = f"{tenths // 10}.{tenths % 10}"
    return request


class SimulationTestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guarded = Guarded({"ann": "editor", "vic": "viewer", "eve": "evaluator"})
        cls.stub = cls.guarded.stub
        version = configuration_pb2.ProtocolVersion(
            definition=amended(cls.stub, VERSION, "90", caller("ann")), base_version="2024-04-17"
        )
        cls.stub.CreateProtocolVersion(
            r.CreateProtocolVersionRequest(parent=TRIAL, version=version, reason="r"),
            metadata=caller("ann"),
            timeout=20,
        )

    @classmethod
    def tearDownClass(cls):
        if cls.guarded.stop() != 0:
            raise AssertionError("the server did not stop with 0")

    def simulate(self, contents, name="ann"):
        return list(
            self.stub.SimulateChange(iter(contents), metadata=caller(name), timeout=600)
        )

    @staticmethod
    def plan(before=BUILT_IN, after=AMENDMENT):
        return r.SimulateChangeRequest(plan=r.SimulationPlan(before=before, after=after))

    @staticmethod
    def item(item_id, request):
        return r.SimulateChangeRequest(
            patient=r.SimulatedPatient(item_id=item_id, request=request)
        )

    def refused(self, code, call, field=None):
        with self.assertRaises(grpc.RpcError) as caught:
            call()
        self.assertEqual(caught.exception.code(), code, caught.exception.details())
        if field:
            self.assertIn(field, details(caught.exception)[1])


class Compare(SimulationTestCase):
    def compare(self, before, after, name="vic"):
        return self.stub.CompareVersions(
            r.CompareVersionsRequest(before=before, after=after), metadata=caller(name), timeout=20
        )

    def test_a_limit_that_changed(self):
        answer = self.compare(BUILT_IN, AMENDMENT)
        (difference,) = [d for d in answer.differences if d.criterion]
        self.assertEqual(difference.kind, r.DIFFERENCE_KIND_THRESHOLD)
        self.assertEqual(
            (difference.criterion, difference.path, difference.before, difference.after),
            ("C3.3", "criteria[C3.3].result.value.value", '"60"', '"90"'),
        )
        self.assertEqual([d.path for d in answer.differences if not d.criterion], ["version"])
        self.assertNotEqual(answer.digest_before, answer.digest_after)

    def test_the_other_way_round_is_the_mirror(self):
        there = self.compare(BUILT_IN, AMENDMENT)
        back = self.compare(AMENDMENT, BUILT_IN)
        self.assertEqual(
            [(d.kind, d.path, d.before, d.after) for d in there.differences],
            [(d.kind, d.path, d.after, d.before) for d in back.differences],
        )

    def test_a_version_says_what_it_says(self):
        answer = self.compare(BUILT_IN, BUILT_IN)
        self.assertEqual(list(answer.differences), [])
        self.assertEqual(answer.digest_before, answer.digest_after)

    def test_what_is_refused(self):
        code = grpc.StatusCode
        self.refused(code.NOT_FOUND, lambda: self.compare(BUILT_IN, f"{TRIAL}/versions/none"))
        self.refused(code.INVALID_ARGUMENT, lambda: self.compare("", AMENDMENT), "before")
        self.refused(code.INVALID_ARGUMENT, lambda: self.compare(BUILT_IN, "x"), "after")
        self.refused(code.PERMISSION_DENIED, lambda: self.compare(BUILT_IN, AMENDMENT, "eve"))


class Simulate(SimulationTestCase):
    def test_exactly_those_between_the_limits_differ(self):
        dice = random.Random(7)
        values = [dice.randrange(400, 1_200) for _ in range(PATIENTS)]
        values[:6] = [LOW - 1, LOW, LOW + 1, HIGH - 1, HIGH, HIGH + 1]
        answers = self.simulate(
            [self.plan(), *(self.item(str(i), with_haemoglobin(v)) for i, v in enumerate(values))]
        )
        self.assertEqual(len(answers), PATIENTS + 1)
        expected = {str(i) for i, v in enumerate(values) if LOW <= v < HIGH}
        self.assertEqual([a.item_id for a in answers[:-1]], [str(i) for i in range(PATIENTS)])
        self.assertEqual({a.item_id for a in answers[:-1] if a.verdicts.differs}, expected)
        for answer in answers[:-1]:
            criteria = [c.criterion for c in answer.verdicts.criteria]
            if answer.item_id in expected:
                self.assertIn("C3.3", criteria)
                overall = answer.verdicts.outcomes[0]
                self.assertEqual((overall.before, overall.after), (ELIGIBLE, INELIGIBLE))
            else:
                self.assertEqual(criteria, [])
        summary = answers[-1].summary
        self.assertEqual(
            (summary.patients, summary.differing, summary.failed), (PATIENTS, len(expected), 0)
        )
        counts = {(c.cohort, c.before, c.after): c.patients for c in summary.outcomes}
        self.assertEqual(counts[("", ELIGIBLE, INELIGIBLE)], len(expected))
        self.assertEqual(counts[("sle", ELIGIBLE, INELIGIBLE)], len(expected))
        self.assertEqual(counts[("", ELIGIBLE, ELIGIBLE)], sum(v >= HIGH for v in values))
        self.assertEqual(counts[("", INELIGIBLE, INELIGIBLE)], sum(v < LOW for v in values))
        by_criterion = {c.criterion: c.patients for c in summary.criteria}
        self.assertEqual(by_criterion["C3.3"], len(expected))

    def test_a_patient_at_fault_does_not_end_the_stream(self):
        wrong = with_haemoglobin(700)
        wrong.index_date = "tomorrow"
        elsewhere = with_haemoglobin(700)
        elsewhere.site = "nowhere"
        pinned = with_haemoglobin(700)
        pinned.protocol_version = "2024-04-17"
        answers = self.simulate(
            [
                self.plan(),
                self.item("form", wrong),
                self.item("site", elsewhere),
                self.item("pinned", pinned),
                r.SimulateChangeRequest(patient=r.SimulatedPatient(item_id="none")),
                self.item("x" * 257, with_haemoglobin(700)),
                self.item("well", with_haemoglobin(700)),
            ]
        )
        self.assertEqual(
            [a.WhichOneof("result") for a in answers], ["error"] * 5 + ["verdicts", "summary"]
        )
        fields = [[v.field for v in a.error.field_violations] for a in answers[:5]]
        self.assertEqual(fields[0], ["request.index_date"])
        self.assertEqual(fields[2], ["request.protocol_version"])
        self.assertEqual((fields[3], fields[4]), (["request"], ["item_id"]))
        self.assertEqual(answers[1].error.status_code, 5)
        self.assertEqual((answers[-1].summary.patients, answers[-1].summary.failed), (1, 5))

    def test_plans_that_are_refused(self):
        code = grpc.StatusCode
        some = self.item("a", with_haemoglobin(700))
        self.refused(code.INVALID_ARGUMENT, lambda: self.simulate([some]), "plan")
        self.refused(code.INVALID_ARGUMENT, lambda: self.simulate([]), "plan")
        self.refused(
            code.INVALID_ARGUMENT, lambda: self.simulate([self.plan(), self.plan()]), "plan"
        )
        self.refused(
            code.INVALID_ARGUMENT, lambda: self.simulate([r.SimulateChangeRequest()]), "content"
        )
        self.refused(
            code.INVALID_ARGUMENT, lambda: self.simulate([self.plan(before="x")]), "plan.before"
        )
        self.refused(
            code.NOT_FOUND, lambda: self.simulate([self.plan(after=f"{TRIAL}/versions/none")])
        )
        for name in ("vic", "eve"):
            self.refused(
                code.PERMISSION_DENIED, lambda n=name: self.simulate([self.plan()], n)
            )

    def test_a_plan_alone_has_a_summary(self):
        (answer,) = self.simulate([self.plan()])
        self.assertEqual(answer.summary.patients, 0)


class Commands(SimulationTestCase):
    def run_command(self, *arguments):
        with tempfile.NamedTemporaryFile("w") as secret:
            secret.write("ann-secret")
            secret.flush()
            return command(
                *("config", *arguments, "--server", self.guarded.server.address),
                *("--token", secret.name),
            )

    def test_diff(self):
        done = self.run_command("diff", "2024-04-17", VERSION)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"2024-04-17 -> {VERSION}: 2 differences", done.stdout)
        self.assertIn(
            '  threshold  criteria[C3.3].result.value.value: "60" -> "90"', done.stdout
        )
        done = self.run_command("diff", "2024-04-17", VERSION, "--format", "json")
        self.assertEqual(len(json.loads(done.stdout)["differences"]), 2)
        self.assertEqual(self.run_command("diff", "2024-04-17", "none").returncode, 1)

    def test_simulate(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, value in (("low", 700), ("well", 1_000), ("bad", 500)):
                path = pathlib.Path(folder) / f"{name}.json"
                path.write_text(json_format.MessageToJson(with_haemoglobin(value)))
            arguments = ("--before", "2024-04-17", "--after", VERSION)
            done = self.run_command("simulate", folder, *arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("low.json: overall ELIGIBLE -> INELIGIBLE; sle ELIGIBLE", done.stdout)
            self.assertIn("C3.3 MET -> NOT_MET", done.stdout)
            self.assertIn("3 patients, 1 differ, 0 could not be decided", done.stdout)
            self.assertNotIn("well.json", done.stdout)
            done = self.run_command("simulate", folder, *arguments, "--format", "json")
            lines = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual([x.get("itemId") for x in lines[:-1]], ["bad.json", "low.json", "well.json"])
            self.assertEqual(lines[-1]["summary"]["differing"], 1)
            done = self.run_command("simulate", "/nowhere", *arguments)
            self.assertEqual(done.returncode, 66)


if __name__ == "__main__":
    unittest.main()

"""The examples, over gRPC and on the command line."""

import json
import pathlib
import shutil
import tempfile
import unittest

from harness import (
    BINARY,
    EXAMPLES,
    ServerTestCase,
    command,
    eligibility_pb2,
    example,
    json_format,
    verdict_pb2,
)

FILES = sorted(EXAMPLES.glob("*.json"))


def outcome_of(path):
    return path.name.split("-")[0].upper()


def facts(snapshot):
    return sum(
        len(getattr(snapshot, field.name))
        for field in snapshot.DESCRIPTOR.fields
        if field.is_repeated and field.name != "reviewed"
    )


class Examples(ServerTestCase):
    def test_there_is_one_of_each_outcome(self):
        self.assertEqual(
            {outcome_of(path) for path in FILES}, {"ELIGIBLE", "INELIGIBLE", "UNDETERMINED"}
        )

    def test_each_gets_the_outcome_in_its_name_and_the_same_bytes_twice(self):
        for path in FILES:
            with self.subTest(path.name):
                request = json_format.Parse(path.read_text(), eligibility_pb2.EvaluateRequest())
                self.assertGreaterEqual(facts(request.snapshot), 60)
                first = self.raw(request.SerializeToString())
                self.assertEqual(first, self.raw(request.SerializeToString()))
                answer = eligibility_pb2.EvaluateResponse.FromString(first)
                name = verdict_pb2.Outcome.Name(answer.verdict.outcome)
                self.assertEqual(name, f"OUTCOME_{outcome_of(path)}")
                self.assertEqual(answer.request_ref, request.request_ref)

    def test_only_the_intended_thing_decides(self):
        washout = self.stub.Evaluate(example("ineligible")).verdict
        failed = {
            r.id
            for r in washout.results
            if r.decisive and r.outcome == verdict_pb2.CRITERION_OUTCOME_TRIGGERED
        }
        self.assertEqual(failed, {"EX11"})
        # Rituximab on 2025-03-01; 28 days count both ends, so the first free day is d + 29.
        (result,) = [r for r in washout.results if r.id == "EX11"]
        self.assertEqual(result.passes_on.date, "2025-03-30")
        self.assertIn("BIOLOGIC_WITHIN_28D", result.reasons)
        missing = self.stub.Evaluate(example("undetermined")).verdict
        unknown = {r.id for r in missing.results if r.decisive}
        self.assertEqual(unknown, {"EX8a", "EX8a.3"})
        (result,) = [r for r in missing.results if r.id == "EX8a.3"]
        self.assertEqual([fact.concept for fact in result.missing], ["hbv_dna"])

    def test_outcome_detail_says_the_same_in_less(self):
        for path in FILES:
            with self.subTest(path.name):
                request = json_format.Parse(path.read_text(), eligibility_pb2.EvaluateRequest())
                full = self.stub.Evaluate(request)
                request.detail = eligibility_pb2.DETAIL_OUTCOME
                short = self.stub.Evaluate(request)
                self.assertEqual(full.verdict.outcome, short.verdict.outcome)
                self.assertLess(short.ByteSize(), full.ByteSize())
                self.assertEqual(short.verdict.verdict_digest, "")
                self.assertRegex(full.verdict.verdict_digest, "^[0-9a-f]{64}$")
                decisive = [r.id for r in full.verdict.results if r.decisive]
                self.assertEqual([r.id for r in short.verdict.results], decisive)

    def test_unknown_fields_of_a_newer_client_are_reported_not_swallowed(self):
        request = example("eligible")
        plain = request.snapshot.observations[0].SerializeToString()
        # Field 99, varint 1.
        request.snapshot.observations[0].MergeFromString(plain + b"\x98\x06\x01")
        verdict = self.stub.Evaluate(request).verdict
        issues = [(i.fact_id, i.reason) for i in verdict.data_issues]
        self.assertIn((request.snapshot.observations[0].id, "UNKNOWN_FIELD"), issues)
        self.assertEqual(verdict.outcome, verdict_pb2.OUTCOME_UNDETERMINED)

    def test_command_line_at_a_server_says_what_it_says_in_process(self):
        for path in FILES:
            with self.subTest(path.name):
                for form in ("text", "json"):
                    local = command("evaluate", str(path), "--format", form)
                    remote = command(
                        "evaluate", str(path), "--format", form, "--server", self.server.address
                    )
                    self.assertEqual((local.returncode, remote.returncode), (0, 0), local.stderr)
                    self.assertEqual(local.stdout, remote.stdout)
                answer = json_format.Parse(local.stdout, eligibility_pb2.EvaluateResponse())
                wire = self.stub.Evaluate(
                    json_format.Parse(path.read_text(), eligibility_pb2.EvaluateRequest())
                )
                self.assertEqual(answer, wire)


class CommandLine(unittest.TestCase):
    def test_text_puts_the_outcome_first_and_has_no_colour_in_a_pipe(self):
        for path in FILES:
            with self.subTest(path.name):
                done = command("evaluate", str(path))
                self.assertTrue(done.stdout.startswith(outcome_of(path)), done.stdout)
                self.assertNotIn("\x1b", done.stdout)

    def test_the_time_zone_of_the_machine_changes_nothing(self):
        for path in FILES:
            with self.subTest(path.name):
                answers = {
                    command(
                        "evaluate", str(path), "--format", "json", time_zone=time_zone
                    ).stdout
                    for time_zone in ("UTC", "Pacific/Kiritimati", "America/St_Johns")
                }
                self.assertEqual(len(answers), 1)
                self.assertIn("verdictDigest", answers.pop())

    def test_a_bare_snapshot_needs_an_index_date(self):
        snapshot = json.dumps(json.loads(FILES[0].read_text())["snapshot"])
        refused = command("evaluate", "-", stdin=snapshot)
        self.assertEqual(refused.returncode, 65)
        self.assertIn("--index-date", refused.stderr)
        given = command(
            "evaluate", "-", "--index-date", "2025-03-15", "--cohort", "sle", stdin=snapshot
        )
        self.assertEqual(given.returncode, 0, given.stderr)
        self.assertIn("2025-03-15", given.stdout)

    def test_options_take_the_place_of_the_file(self):
        path = str(EXAMPLES / "ineligible-sle-rituximab-washout.json")
        # The first day on which rituximab of 2025-03-01 has left the window of 28 days.
        later = command("evaluate", path, "--index-date", "2025-03-30", "--format", "json")
        verdict = json.loads(later.stdout)["verdict"]
        self.assertEqual(verdict["indexDate"], "2025-03-30")
        results = {r["id"]: r["outcome"] for r in verdict["results"]}
        self.assertEqual(results["EX11"], "CRITERION_OUTCOME_NOT_TRIGGERED")
        short = command("evaluate", path, "--detail", "outcome", "--format", "json")
        self.assertLess(len(short.stdout), len(later.stdout))
        stage = command("evaluate", path, "--stage", "infusion")
        self.assertEqual(stage.returncode, 0)
        self.assertIn("for infusion", stage.stdout)
        self.assertIn("NO_ENROLMENT_RECORD", stage.stdout)

    def test_faults_of_a_file_are_named_with_their_path(self):
        document = json.loads(FILES[0].read_text())
        document["snapshot"]["observations"][2]["colour"] = "blue"
        unknown = command("evaluate", "-", stdin=json.dumps(document))
        self.assertEqual(unknown.returncode, 65)
        self.assertIn("snapshot.observations[2].colour", unknown.stderr)
        del document["snapshot"]["observations"][2]["colour"]
        document["snapshot"]["observations"][3]["id"] = 7
        wrong = command("evaluate", "-", stdin=json.dumps(document))
        self.assertEqual(wrong.returncode, 65)
        self.assertIn("snapshot.observations[3].id", wrong.stderr)

    def test_form_errors_name_every_field_and_no_value(self):
        document = json.loads(FILES[0].read_text())
        document["snapshot"]["observations"][0]["quantity"]["value"] = "1e5"
        document["snapshot"]["observations"][1]["quantity"]["value"] = "NaN"
        document["snapshot"]["observations"][2]["quantity"]["value"] = ""
        refused = command("evaluate", "-", stdin=json.dumps(document))
        self.assertEqual(refused.returncode, 1)
        for index in range(3):
            self.assertIn(f"snapshot.observations[{index}].quantity.value", refused.stderr)
        self.assertNotIn("1e5", refused.stderr)
        self.assertNotIn("NaN", refused.stderr)

    def test_what_cannot_be_read_or_reached_is_said(self):
        self.assertEqual(command("evaluate", "/nowhere.json").returncode, 66)
        nobody = command("evaluate", str(FILES[0]), "--server", "127.0.0.1:1")
        self.assertNotEqual(nobody.returncode, 0)
        self.assertIn("127.0.0.1:1", nobody.stderr)

    def test_help_and_version(self):
        for arguments in (["--help"], ["serve", "--help"], ["evaluate", "--help"], ["version"]):
            done = command(*arguments)
            self.assertEqual(done.returncode, 0)
            self.assertTrue(done.stdout.strip())
        self.assertEqual(command("evaluate").returncode, 64)

    def test_the_binary_alone_in_an_empty_directory_evaluates(self):
        with tempfile.TemporaryDirectory() as folder:
            copied = shutil.copy(BINARY, folder)
            text = FILES[0].read_text()
            done = command("evaluate", "-", stdin=text, cwd=folder, binary=copied)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(done.stdout.startswith(outcome_of(FILES[0])))
            self.assertEqual([p.name for p in pathlib.Path(folder).iterdir()], ["trialgate"])

"""`trialgate protocol`: definitions checked, in words, and as what a hospital must send."""

import json
import os
import pathlib
import re
import tempfile
import unittest

from harness import ROOT, command

BUILT_IN = ROOT / "Sources" / "CTrialGateResources" / "definitions" / "nct06373081.yaml"

SMALL = """
trial: small
version: "1"
titles: [{language: en, text: "A small trial"}, {language: zh, text: "小试验"}]
concepts:
  - {id: disease, kind: CONCEPT_KIND_CONDITION}
  - {id: anc, kind: CONCEPT_KIND_QUANTITY, unit: "10*9/L", titles: [{language: en, text: Neutrophils}]}
  - {id: said, kind: CONCEPT_KIND_STATEMENT}
code_sets:
  - {id: diseases, concepts: [disease]}
cohorts:
  - {id: A, disease_set: diseases}
knobs:
  - {id: window.bounds, settings: [{value: closed}, {value: half_open}], default_value: closed}
criteria:
  - id: A.1
    role: CRITERION_ROLE_INCLUSION
    stages: [STAGE_ENROLMENT]
    cohort: A
    titles: [{language: en, text: "Enough neutrophils"}]
    group: {kind: GROUP_KIND_ALL, members: [count, attested]}
  - id: count
    role: CRITERION_ROLE_STEP
    result: {concepts: [anc], operator: COMPARISON_OPERATOR_GREATER_THAN, value: {value: "1.0", unit: "10*9/L"}, window: {count: 7, unit: PERIOD_UNIT_DAY}}
  - id: attested
    role: CRITERION_ROLE_STEP
    statement: {concept: said, expected: ANSWER_YES}
"""


class ProtocolTestCase(unittest.TestCase):
    def definition(self, text=SMALL):
        """The path of a file with the definition."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / "definition.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run_protocol(self, *arguments, status=0, stdin=None):
        done = command("protocol", *arguments, stdin=stdin)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done


class Validate(ProtocolTestCase):
    def test_what_is_sound_gets_one_line(self):
        done = self.run_protocol("validate", self.definition())
        self.assertRegex(
            done.stdout,
            r"^small version 1: valid, digest [0-9a-f]{64}, 1 cohort, 1 criterion, 2 steps, "
            r"3 concepts, 1 code set, 1 knob\n$",
        )
        self.assertEqual(done.stderr, "")
        built_in = self.run_protocol("validate", str(BUILT_IN)).stdout
        self.assertRegex(built_in, r"^nct06373081 version \S+: valid, digest [0-9a-f]{64}, ")
        self.assertEqual(self.run_protocol("validate", "-", stdin=SMALL).stdout, done.stdout)

    def test_contradictions_are_warned_of_and_are_no_fault(self):
        lines = self.run_protocol("validate", str(BUILT_IN)).stdout.splitlines()
        self.assertTrue(all(line.startswith("warning: ") for line in lines[1:]))
        self.assertIn(
            "warning: DEAD_ARM APS.3a, C3.8 [enrolment, cohort aps]: 'APS.3a' in 'APS.3.anticoagulated' can "
            "never be true beside what is needed with it: 'C3.8' (needs inr < 1.5 x ULN) and 'APS.3a' (implies inr >= 2 {INR}) exclude "
            "each other (inr 2 {INR} at the highest upper limit of normal, 1.3 {INR}, of which 1.5 times are "
            "1.95 {INR})",
            lines,
        )
        kinds = [line.split()[1] for line in lines[1:]]
        self.assertEqual(
            {kind: kinds.count(kind) for kind in kinds},
            {
                "DEAD_ARM": 1, "CANNOT_MATTER": 3, "STAGES_DIFFER": 3, "SCORE_ITEM_EXCLUDES": 2,
                "EXEMPTION_WITHOUT_LIMIT": 6, "NO_AGE_LIMIT": 2, "TREATMENT_MAKES_STALE": 1,
            },
        )
        planted = SMALL + (
            "  - id: A.2\n    role: CRITERION_ROLE_EXCLUSION\n    stages: [STAGE_ENROLMENT]\n"
            "    titles: [{language: en, text: Planted}]\n    same_as: {criterion: count}\n"
        )
        done = self.run_protocol("validate", self.definition(planted))
        self.assertRegex(
            done.stdout.splitlines()[1],
            r"^warning: EMPTY_INTERVAL A\.2, A\.1 \[enrolment, cohort A\]: .* exclude each other: nobody can "
            r"be eligible through the cohort A \(anc <= 1 10\*9/L against anc > 1 10\*9/L\)$",
        )
        self.assertEqual(done.stderr, "")
        help = " ".join(self.run_protocol("validate", "--help").stdout.split())
        self.assertIn("A warning is no fault and changes no verdict.", help)

    def test_everything_that_is_wrong_is_named_at_once(self):
        changes = (
            ('version: "1"', "version: [1]", "version"),
            ("{id: A, disease_set: diseases}", "{id: A, disease_set: ills}", "cohorts[0].disease_set"),
            ("default_value: closed", "default_value: open", "knobs[0].default_value"),
            ("    cohort: A\n", "    cohort: A\n    colour: blue\n", "criteria[0].colour"),
            ("members: [count, attested]", "members: [count]", "criteria[2]"),
            ("concepts: [anc]", "concepts: [hb]", "criteria[1].result.concepts[0]"),
            ("count: 7, unit: PERIOD", "count: 0, unit: PERIOD", "criteria[1].result.window"),
            ("ANSWER_YES", "ANSWER_PERHAPS", "criteria[2].statement.expected"),
        )
        text = SMALL
        for old, new, _ in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        done = self.run_protocol("validate", self.definition(text), status=65)
        self.assertEqual(done.stdout, "")
        first, *lines = done.stderr.splitlines()
        self.assertRegex(first, r"definition\.yaml' has 8 faults:$")
        places = [re.match(r"line (\d+), column \d+: (\S+): .+", line) for line in lines]
        self.assertEqual(
            sorted(match.group(2) for match in places), sorted(path for _, _, path in changes)
        )
        numbers = [int(match.group(1)) for match in places]
        self.assertEqual(numbers, sorted(numbers))
        for match in places:
            name = re.split(r"[.\[]", match.group(2))[-1]
            if name == "colour":
                self.assertIn("colour", text.splitlines()[int(match.group(1)) - 1])

    def test_each_class_of_fault_is_named(self):
        group = "group: {kind: GROUP_KIND_ALL, members: [count, attested]}"
        for old, new, path, reason in (
            ('unit: "10*9/L"}, window', 'unit: "g/L"}, window', "criteria[1].result.value.unit", "UNIT_UNKNOWN"),
            ('unit: "10*9/L", titles', 'unit: "10 9/L", titles', "concepts[1].unit", "UNIT_MALFORMED"),
            ("concept: said", "concept: sayd", "criteria[2].statement.concept", "CONCEPT_UNKNOWN"),
            ("concepts: [anc]", "concepts: [said]", "criteria[1].result.concepts[0]", "CONCEPT_KIND"),
            (group, "group: {kind: GROUP_KIND_ALL}", "criteria[0].group.members", "EMPTY"),
            (
                group,
                "group: {kind: GROUP_KIND_AT_LEAST, at_least: 3, members: [count, attested]}",
                "criteria[0].group.at_least",
                "COUNT_IMPOSSIBLE",
            ),
            ("unit: PERIOD_UNIT_DAY", "unit: PERIOD_UNIT_HOUR", "criteria[1].result.window.unit", "PERIOD_IMPOSSIBLE"),
            ("members: [count, attested]", "members: [count]", "criteria[2]", "UNREACHABLE"),
            ("criteria:\n", "readings: [{knob: wndow, value: x}]\ncriteria:\n", "readings[0].knob", "KNOB_UNKNOWN"),
            ("criteria:\n", "readings: [{knob: window.bounds, value: open}]\ncriteria:\n", "readings[0].value", "SETTING_UNKNOWN"),
        ):
            with self.subTest(reason):
                self.assertIn(old, SMALL)
                done = self.run_protocol(
                    "validate", self.definition(SMALL.replace(old, new)), status=65
                )
                self.assertRegex(done.stderr, rf"{re.escape(path)}: .*\({reason}\)")

    def test_what_cannot_be_read_is_said(self):
        done = self.run_protocol("validate", "/nowhere.yaml", status=66)
        self.assertIn("/nowhere.yaml", done.stderr)
        path = self.definition("")
        pathlib.Path(path).write_bytes(b"trial: \xff\n")
        self.assertIn("UTF-8", self.run_protocol("validate", path, status=65).stderr)
        for text in ("", "trial: [", "{", "- 1", "trial: &a [*a]\n"):
            with self.subTest(text):
                done = self.run_protocol("validate", self.definition(text), status=65)
                self.assertRegex(done.stderr, r"line \d+, column \d+: ")
        self.run_protocol("validate", status=64)


class Show(ProtocolTestCase):
    def test_the_built_in_trial_is_shown_in_words(self):
        text = self.run_protocol("show").stdout
        self.assertTrue(text.startswith("nct06373081  Anti-CD19-CD3E CAR-T cells"), text[:200])
        for line in (
            "C1.1  At least 18 years old",
            "Step 1, common inclusion 3.1 A",
            "Met when the latest result of Neutrophils (anc) is at least 1.0 ×10⁹/L",
            "Reason of a failure: BIOLOGIC_WITHIN_28D",
            "within 28 days before the index date (exactly 28 days before is within)",
            "Knob ex9.operator = or (else and): Whether one of the two suffices.",
            "Knob window.bounds = closed (the default; else half_open): Whether the first day",
            "otherwise (IIM.3g MMT-8 at least 142): IIM.3h Active interstitial lung disease",
            "(above 40 GPL or MPL, or above the laboratory's 99th percentile)",
            "only by the method flow cytometry (SNOMED CT 18946005)",
            "as prednisone equivalent, within 14 days",
            "Reason of a failure: CONSENT_WITHDRAWN, CONSENT_VERSION_NOT_IN_FORCE or",
        ):
            self.assertIn(line, text)
        self.assertNotIn("\x1b", text)
        # Neither UCUM's own notation nor the id of a table.
        self.assertIsNone(re.search(r"\d (10\*|\[|\{|umol)|as prednisone_equivalent", text))
        chinese = self.run_protocol("show", "--language", "zh").stdout
        self.assertNotRegex(chinese, r"(?m)^ *Step [12], ")
        self.assertIn("步骤1，共同入选标准 3.1 A", chinese)
        # The table of readings is the end.
        table = text.split("\nReadings\n\n")[1].splitlines()
        self.assertTrue(table[0].startswith("knob "))
        self.assertIn("steroid.betamethasone", table[-1] + table[-2])

    def test_every_reported_criterion_is_shown_once(self):
        document = json.loads(self.run_protocol("show", "--format", "json").stdout)
        shown = re.findall(r"^ *(\S+)  \S", self.run_protocol("show").stdout, re.MULTILINE)
        for criterion in document["criteria"]:
            expected = 0 if criterion["role"] == "CRITERION_ROLE_STEP" else 1
            with self.subTest(criterion["id"]):
                self.assertEqual(shown.count(criterion["id"]), expected)

    def test_windows_follow_the_reading(self):
        readings = "readings: [{knob: window.bounds, value: half_open}]\ncriteria:\n"
        path = self.definition(SMALL.replace("criteria:\n", readings))
        self.assertIn("(exactly 7 days before is outside)", self.run_protocol("show", path).stdout)
        self.assertIn("half_open (set)", self.run_protocol("show", path).stdout)

    def test_languages_and_markdown(self):
        text = self.run_protocol("show", self.definition(), "--language", "zh").stdout
        self.assertTrue(text.startswith("small  小试验\n\n版本：1\n"), text)
        self.assertIn("满足条件：以下全部：", text)
        markdown = self.run_protocol("show", self.definition(), "--format", "markdown").stdout
        self.assertTrue(markdown.startswith("# small  A small trial\n"))
        self.assertIn("\n### A.1 Enough neutrophils\n", markdown)
        self.assertIn("is above 1.0 ×10⁹/L", markdown)
        self.assertIn("| window.bounds | closed | half\\_open |", markdown)

    def test_json_is_the_definition_itself(self):
        text = self.run_protocol("show", "--format", "json").stdout
        document = json.loads(text)
        self.assertEqual(document["trial"], "nct06373081")
        valid = self.run_protocol("validate", "-", stdin=text).stdout
        self.assertEqual(valid, self.run_protocol("validate", str(BUILT_IN)).stdout)
        chinese = self.run_protocol("show", "--format", "json", "--language", "zh").stdout
        self.assertEqual({t["language"] for t in json.loads(chinese)["titles"]}, {"zh"})

    def test_scopes(self):
        text = self.run_protocol("show", "--stage", "enrolment", "--cohort", "sle").stdout
        self.assertIn("\nSLE.1  ", text)
        self.assertIn("\nC1  ", text)
        self.assertIn("\nRR.1  ", text)
        small = self.definition()
        refused = self.run_protocol("show", small, "--stage", "infusion", status=1)
        self.assertIn("infusion", refused.stderr)
        refused = self.run_protocol("show", small, "--cohort", "B", status=1)
        self.assertIn("'B'; name one of A", refused.stderr)
        for wrong in (
            ["--format", "json", "--cohort", "A"],
            ["--format", "xml"],
            ["--stage", "later"],
            ["--language", "fr"],
        ):
            self.run_protocol("show", small, *wrong, status=64)

    def test_a_faulty_definition_is_not_shown(self):
        path = self.definition(SMALL.replace("concept: said", "concept: sayd"))
        for action in ("show", "requirements"):
            done = self.run_protocol(action, path, status=65)
            self.assertEqual(done.stdout, "")
            self.assertIn("criteria[2].statement.concept", done.stderr)
            self.run_protocol(action, "/nowhere.yaml", status=66)


class Requirements(ProtocolTestCase):
    def requirements(self, *arguments):
        done = self.run_protocol("requirements", *arguments, "--format", "json")
        document = json.loads(done.stdout)
        return document, {(item["kind"], item["id"]): item for item in document["items"]}

    def test_the_built_in_trial_says_what_it_needs(self):
        document, items = self.requirements("--stage", "enrolment", "--cohort", "sle")
        anc = items["OBSERVATION", "anc"]
        self.assertIn({"system": "http://loinc.org", "code": "751-8"}, anc["codings"])
        self.assertEqual(anc["unit"], "10*9/L")
        self.assertIn("C3.1", [use["criterion"] for use in anc["uses"]])
        hcg = items["OBSERVATION", "hcg_qn"]
        self.assertIn({"count": 7, "unit": "DAY"}, [use.get("window") for use in hcg["uses"]])
        self.assertIn("reference_range.high", items["OBSERVATION", "alt"]["fields"])
        self.assertTrue(items["ATTESTATION", "haemodynamics_stable"]["isAttestation"])
        self.assertNotIn("isAttestation", anc)
        biologics = items["MEDICATION", "biologics"]
        self.assertEqual(biologics["uses"][0]["window"], {"count": 28, "unit": "DAY"})
        sections = {section["section"]: section for section in document["sections"]}
        self.assertIn("EX11", sections["MEDICATIONS"]["criteria"])
        self.assertIn("EX10", sections["TRIAL_PARTICIPATIONS"]["criteria"])

    def test_whatever_an_evaluation_misses_is_listed(self):
        """An empty patient's verdict asks for nothing that the requirements do not list."""
        definition = json.loads(self.run_protocol("show", "--format", "json").stdout)
        cohorts = [cohort["id"] for cohort in definition["cohorts"]]
        stages = {stage for c in definition["criteria"] for stage in c.get("stages", [])}
        for stage in sorted(stage.removeprefix("STAGE_").lower() for stage in stages):
            for cohort in cohorts:
                with self.subTest(stage=stage, cohort=cohort):
                    scope = ["--stage", stage, "--cohort", cohort]
                    _, items = self.requirements(*scope)
                    known = {id for _, id in items} | {"consent"}
                    done = command(
                        "evaluate", "-", "--index-date", "2025-03-15", "--format", "json", *scope,
                        stdin=json.dumps({"asOf": "2025-03-15"}),
                    )
                    self.assertEqual(done.returncode, 0, done.stderr)
                    results = json.loads(done.stdout)["verdict"]["results"]
                    # Shared definitions are reported even where no criterion of the cohort rests on them.
                    asking = {use.get("criterion") for i in items.values() for use in i["uses"]}
                    results = [r for r in results if r.get("decisive") or r["id"] in asking]
                    missing = {fact["concept"] for r in results for fact in r.get("missing", [])}
                    self.assertGreater(len(missing), 5)
                    # `alt.upper_limit_of_normal` is a part of `alt`.
                    whole = {name if name in known else name.split(".")[0] for name in missing}
                    self.assertEqual(whole - known, set())

    def test_text_and_markdown(self):
        text = self.run_protocol("requirements", self.definition()).stdout
        self.assertIn("anc  Neutrophils\n    unit: 10*9/L\n", text)
        self.assertIn("decides: A.1 within 7 days before the index date", text)
        self.assertIn("Attestations: judgements that a person signs\n\nsaid\n", text)
        chinese = self.run_protocol("requirements", self.definition(), "--language", "zh").stdout
        self.assertTrue(chinese.startswith("small 1所需数据\n"))
        markdown = self.run_protocol("requirements", "--format", "markdown").stdout
        self.assertTrue(markdown.startswith("# What to send for nct06373081 "))

    def test_scopes(self):
        self.run_protocol("requirements", "--cohort", "nothing", status=1)
        self.run_protocol("requirements", self.definition(), "--stage", "infusion", status=1)
        self.run_protocol("requirements", "--cohort", status=64)

    def test_the_same_bytes_every_time(self):
        for arguments in (["requirements"], ["show"], ["show", "--format", "json"]):
            first = self.run_protocol(*arguments).stdout
            self.assertEqual(first, self.run_protocol(*arguments).stdout)


class Help(ProtocolTestCase):
    def test_every_command_has_help_with_an_example(self):
        self.assertIn("validate", self.run_protocol("--help").stdout)
        for action in ("validate", "show", "requirements"):
            text = self.run_protocol(action, "--help").stdout
            self.assertIn("Example: trialgate protocol " + action, re.sub(r"\s+", " ", text))

    def test_the_built_in_trial_needs_no_file(self):
        with tempfile.TemporaryDirectory() as folder:
            done = command("protocol", "show", cwd=folder)
            self.assertEqual(done.returncode, 0)
            self.assertEqual(os.listdir(folder), [])

"""`trialgate config` and `trialgate audit`: the amendment by hand, as the README shows it, and what commands refuse."""

import csv
import io
import json
import pathlib
import re
import tempfile
import unittest


from configuration import Guarded
from harness import EXAMPLES, ROOT, command

README = (ROOT / "README.md").read_text(encoding="utf-8")


class ConfigCommand(unittest.TestCase):
    def setUp(self):
        self.guarded = Guarded(
            {
                "ann": "editor,approver,viewer",
                "bob": "approver,viewer",
                "eve": "evaluator",
                "adm": "administrator",
            }
        )
        self.addCleanup(self.guarded.stop)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in ("ann", "bob", "eve", "adm"):
            (self.folder / name).write_text(f"{name}-secret\n", encoding="utf-8")

    def run_as(self, name, *arguments, code=0):
        """What a command prints, or says on standard error where it must fail."""
        token = ["--token", str(self.folder / name)] if name else []
        result = command(
            *arguments, *token, "--server", self.guarded.server.address, cwd=self.folder
        )
        self.assertEqual(result.returncode, code, result.stderr + result.stdout)
        return result.stdout if code == 0 else result.stderr

    def amendment(self, version="2025-03-01", limit="110"):
        definition = json.loads(
            self.run_as("ann", "config", "show", "versions/2024-04-17", "--definition")
        )
        definition["version"] = version
        (criterion,) = [c for c in definition["criteria"] if c["id"] == "C3.3"]
        criterion["result"]["value"]["value"] = limit
        path = self.folder / "amendment.json"
        path.write_text(json.dumps(definition, ensure_ascii=False), encoding="utf-8")
        return path

    def test_the_amendment_of_the_readme(self):
        """Every command of the README's transcript, with what it prints; digests and times are the run's own."""
        self.amendment()
        (self.folder / "huashan.yaml").write_text(
            'timeZone: {initialOffsetSeconds: 28800}\nconsentVersion: "2.0"\n', encoding="utf-8"
        )
        text = (EXAMPLES / "eligible-sle-refractory-nephritis.json").read_text(encoding="utf-8")
        for site in ("changzheng", "huashan"):
            path = self.folder / f"patient-{site}.json"
            path.write_text(text.replace('"site": "changzheng"', f'"site": "{site}"'), encoding="utf-8")
        (transcript,) = [
            block
            for block in re.findall(r"```text\n(.*?)```", README, re.DOTALL)
            if "config apply" in block
        ]
        shown = re.split(r"^\$ ", transcript, flags=re.MULTILINE)[1:]
        self.assertGreater(len(shown), 9)
        for part in shown:
            line, expected = part.replace("\\\n", "").split("\n", 1)
            words = re.findall(r"'[^']*'|\S+", line)
            words = [word.strip("'") for word in words]
            self.assertEqual(words[0], "trialgate")
            name = words[words.index("--token") + 1]
            for option in ("--token", "--server"):
                if option in words:
                    del words[words.index(option) : words.index(option) + 2]
            fails = expected.startswith("trialgate: ")
            with self.subTest(line=line):
                printed = self.run_as(name, *words[1:], code=1 if fails else 0)
                self.assertEqual(self.stable(printed), self.stable(expected))

    @staticmethod
    def stable(text):
        text = re.sub(r"\b[0-9a-f]{64}\b", "DIGEST", text)
        return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)

    def test_a_draft_is_changed_until_it_is_approved(self):
        path = str(self.amendment())
        self.run_as("ann", "config", "apply", path, "--base", "2024-04-17", "--reason", "first")
        self.amendment(limit="120")
        printed = self.run_as("ann", "config", "apply", path, "--reason", "second")
        self.assertEqual(
            printed.splitlines()[:2],
            [
                "2025-03-01 -> 2025-03-01: 1 difference",
                '  criteria[C3.3].result.value.value: "110" -> "120"',
            ],
        )
        self.run_as("bob", "config", "approve", "2025-03-01", "--reason", "reviewed")
        said = self.run_as("ann", "config", "apply", path, "--reason", "third", code=1)
        self.assertIn("FAILED_PRECONDITION", said)

    def test_going_back(self):
        path = str(self.amendment())
        self.run_as("ann", "config", "apply", path, "--base", "2024-04-17", "--reason", "r")
        self.run_as("bob", "config", "approve", "2025-03-01", "--reason", "r")
        reason = ("--reason", "limit withdrawn")
        said = self.run_as("bob", "config", "rollback", "--site", "changzheng", *reason, code=1)
        self.assertIn("nothing is active there", said)
        self.run_as(
            "bob", "config", "activate", "2025-03-01", "--site", "changzheng", "--from", "2025-03-10",
            "--id", "adopted", *reason,
        )  # fmt: skip
        printed = self.run_as("bob", "config", "rollback", "--site", "changzheng", *reason)
        self.assertIn("2024-04-17 rules at site changzheng from 2025-03-10", printed)
        # And forth again, from a later day.
        printed = self.run_as(
            "bob", "config", "rollback", "--site", "changzheng", "--from", "2025-04-01", *reason
        )
        self.assertIn("2025-03-01 rules at site changzheng from 2025-04-01", printed)
        rows = self.run_as("bob", "config", "list", "activations", "--order-by", "create_time")
        self.assertEqual(len(rows.splitlines()), 5)

    def test_a_dry_run_changes_nothing(self):
        before = self.run_as("ann", "audit", "list")
        for arguments in [
            ("config", "apply", str(self.amendment()), "--base", "2024-04-17"),
            ("config", "cohort", "sle", "--state", "paused", "--enrolled", "3"),
        ]:
            printed = self.run_as("ann", *arguments, "--reason", "r", "--dry-run")
            self.assertTrue(printed.endswith("nothing was changed (--dry-run)\n"), printed)
        printed = self.run_as(
            "adm", "config", "site", "set", "changzheng", "--state", "closed", "--reason", "r",
            "--dry-run",
        )  # fmt: skip
        self.assertIn("changzheng is CLOSED", printed)
        self.assertEqual(self.run_as("ann", "audit", "list"), before)

    def test_the_history_is_exported_and_verified(self):
        reason = '=1+1, "quoted"\nsecond line'
        self.run_as("ann", "config", "cohort", "sle", "--state", "paused", "--reason", reason)
        lines = self.run_as("ann", "audit", "export").splitlines()
        entries = [json.loads(line) for line in lines]
        self.assertEqual([e["sequence"] for e in entries], [1, 2])
        self.assertEqual((entries[1]["reason"], entries[1]["principal"]), (reason, "ann"))
        rows = list(csv.DictReader(io.StringIO(self.run_as("ann", "audit", "export", "--format", "csv"))))
        self.assertEqual(rows[-1]["reason"], "'" + reason)
        self.assertEqual(rows[-1]["name"], "trials/nct06373081/cohorts/sle")
        self.assertEqual(rows[-1]["digestBefore"], entries[0]["changes"][1]["digestAfter"])
        printed = self.run_as("ann", "audit", "verify")
        self.assertEqual(
            printed, f"2 entries are whole; the last has the hash {entries[-1]['hash']}\n"
        )

    def test_refusals_have_exit_code_1_and_wrong_command_lines_64(self):
        self.assertIn("UNAUTHENTICATED", self.run_as(None, "config", "list", "versions", code=1))
        self.assertIn("PERMISSION_DENIED", self.run_as("eve", "config", "list", "versions", code=1))
        self.assertIn(
            "NOT_FOUND", self.run_as("ann", "config", "show", "cohorts/none", code=1)
        )
        for arguments in [
            ("config", "approve", "v2"),
            ("config", "list", "revisions"),
            ("config", "cohort", "sle", "--reason", "r"),
            ("config", "list", "versions", "--as", "ann"),
            ("config", "list", "versions", "--as", "a b", "--data-dir", str(self.folder)),
        ]:
            with self.subTest(arguments=arguments):
                self.assertEqual(command(*arguments).returncode, 64)
        nobody = command("config", "list", "versions", "--server", "127.0.0.1:1")
        self.assertEqual(nobody.returncode, 1)
        self.assertIn("UNAVAILABLE", nobody.stderr)

    def test_a_data_directory_is_worked_on_without_a_server(self):
        directory = str(self.folder / "data")
        own = ("--as", "ann", "--data-dir", directory)
        listed = command("config", "list", "versions", *own)
        self.assertIn("2024-04-17  APPROVED  system:bundle", listed.stdout)
        verified = command("audit", "verify", *own)
        self.assertRegex(verified.stdout, r"^1 entries are whole; the last has the hash [0-9a-f]{64}\n$")
        changed = command("config", "cohort", "sle", "--state", "paused", "--reason", "r", *own)
        self.assertEqual(changed.stdout, "sle is PAUSED, 0 enrolled, no cap\n")
        # A server's directory is the server's alone.
        held = command(
            "config", "list", "versions", "--as", "ann", "--data-dir", self.guarded.server.folder
        )
        self.assertEqual(held.returncode, 75)
        self.assertIn("another server holds the data directory", held.stderr)

    def test_every_command_has_help_with_an_example(self):
        def helps(*path):
            text = command(*path, "--help").stdout
            yield path, text
            for name in re.findall(r"^  (\S+)  ", text.partition("SUBCOMMANDS:")[2], re.MULTILINE):
                yield from helps(*path, name)

        found = [*helps("config"), *helps("audit")]
        self.assertGreater(len(found), 14)
        for path, text in found:
            with self.subTest(path=path):
                if "SUBCOMMANDS:" not in text:
                    self.assertRegex(text, r"Examples?:")


if __name__ == "__main__":
    unittest.main()

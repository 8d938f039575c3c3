"""What the README shows is what happens."""

import contextlib
import io
import json
import os
import re
import unittest

import grpc

from harness import ROOT, Server, command, example, service_pb2_grpc, verdict_pb2

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language, holding):
    """The fenced block in a language that holds a text."""
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    (found,) = [text for text in blocks if holding in text]
    return found


class Readme(unittest.TestCase):
    def setUp(self):
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(ROOT)

    def test_the_request_has_the_answer_that_is_shown(self):
        shown = block("console", "trialgate evaluate")
        line, answer = shown.split("\n", 1)
        arguments = line.removeprefix("$ trialgate ").split()
        self.assertEqual(command(*arguments).stdout, answer)

    def test_the_python_client_runs(self):
        code = block("python", "insecure_channel")
        self.assertLessEqual(len([line for line in code.splitlines() if line.strip()]), 10)
        server = Server()
        self.addCleanup(server.stop)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(code.replace("127.0.0.1:50051", server.address), {})
        self.assertEqual(printed.getvalue(), "OUTCOME_INELIGIBLE ['EX11']\n")

    def test_the_service_config_is_taken_by_a_client(self):
        server = Server()
        self.addCleanup(server.stop)
        config = (ROOT / "deploy" / "service-config.json").read_text(encoding="utf-8")
        channel = grpc.insecure_channel(
            f"ipv4:{server.address}", options=[("grpc.service_config", config)]
        )
        self.addCleanup(channel.close)
        stub = service_pb2_grpc.EligibilityServiceStub(channel)
        answer = stub.Evaluate(example("eligible"), timeout=10, wait_for_ready=True)
        self.assertEqual(answer.verdict.outcome, verdict_pb2.OUTCOME_ELIGIBLE)
        methods = json.loads(config)["methodConfig"]
        codes = [method["retryPolicy"]["retryableStatusCodes"] for method in methods]
        self.assertEqual(codes, [["UNAVAILABLE"]])

    def test_the_limits_have_the_flags_that_are_shown(self):
        flags = set(re.findall(r"\| `(--[a-z-]+)` \|", README))
        helped = command("serve", "--help").stdout
        offered = set(re.findall(r"(--[a-z-]+)", helped)) - {"--help", "--version"}
        limits = offered - {"--listen", "--data-dir", "--cert", "--key", "--client-ca"}
        limits -= {"--token-file", "--principals"}
        self.assertEqual(flags, limits)

    def test_the_defaults_are_those_that_are_shown(self):
        helped = re.sub(r"\s+", " ", command("serve", "--help").stdout)
        rows = re.findall(r"\| ([0-9][0-9,]*)( MiB| KiB| s)? \| `(--[a-z-]+)` \|", README)
        self.assertGreater(len(rows), 25)
        factors = {"": 1, " s": 1, " KiB": 1 << 10, " MiB": 1 << 20}
        for number, unit, flag in rows:
            said = re.search(rf"{flag} <[^>]*> (.*?) ?\(default: (\d+)\)", helped)
            self.assertIsNotNone(said, flag)
            shown = int(number.replace(",", "")) * factors[unit]
            if said[1].startswith("Milliseconds"):
                shown *= 1_000
            self.assertEqual(shown, int(said[2]), flag)

"""A server of the built binary, and clients that know nothing of our code.

Environment: TRIALGATE_BINARY = the binary (default .build/release/trialgate).
"""

import importlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import grpc
from grpc_tools import protoc

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "deploy" / "examples"
BINARY = os.environ.get("TRIALGATE_BINARY", str(ROOT / ".build" / "release" / "trialgate"))
EVALUATE = "/trialgate.v1.EligibilityService/Evaluate"


def _generate():
    """Compiles the contract with Google's own compiler and imports it."""
    folder = tempfile.mkdtemp(prefix="trialgate-stubs-")
    sources = sorted(str(p.relative_to(ROOT / "proto")) for p in (ROOT / "proto").rglob("*.proto"))
    status = protoc.main(
        ["protoc", f"-I{ROOT / 'proto'}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
        + sources
    )
    if status != 0:
        raise RuntimeError("the contract does not compile")
    sys.path.insert(0, folder)


_generate()
eligibility_pb2 = importlib.import_module("trialgate.v1.eligibility_pb2")
service_pb2_grpc = importlib.import_module("trialgate.v1.eligibility_service_pb2_grpc")
verdict_pb2 = importlib.import_module("trialgate.v1.verdict_pb2")
snapshot_pb2 = importlib.import_module("trialgate.v1.snapshot_pb2")
values_pb2 = importlib.import_module("trialgate.v1.values_pb2")

from google.protobuf import json_format  # noqa: E402


def example(name):
    """An example as a message: `eligible-...`, by the beginning of its name."""
    (path,) = EXAMPLES.glob(f"{name}*.json")
    return json_format.Parse(path.read_text(), eligibility_pb2.EvaluateRequest())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`trialgate serve` in a process of its own."""

    def __init__(self, *options):
        self.folder = tempfile.mkdtemp(prefix="trialgate-data-")
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.log = open(os.path.join(self.folder, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [BINARY, "serve", "--listen", self.address, "--data-dir", self.folder, *options],
            stderr=self.log,
        )
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the server did not start: {self.output()}") from None
                time.sleep(0.02)

    def output(self):
        self.log.flush()
        return pathlib.Path(self.log.name).read_text(encoding="utf-8")

    def resident_bytes(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")

    def terminate(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def stop(self):
        """Stops it, if it runs still, and says how it exited."""
        if self.process.poll() is None:
            self.terminate()
        try:
            return self.process.wait(timeout=30)
        finally:
            self.process.kill()
            self.process.wait()
            self.log.close()
            shutil.rmtree(self.folder, ignore_errors=True)


class ServerTestCase(unittest.TestCase):
    """Tests that share a server. After the last one it must stop with 0."""

    options = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.options)
        cls.channel = grpc.insecure_channel(
            cls.server.address, options=[("grpc.max_send_message_length", 64 << 20)]
        )
        cls.stub = service_pb2_grpc.EligibilityServiceStub(cls.channel)
        cls.raw = cls.channel.unary_unary(EVALUATE)

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        status = cls.server.stop()
        if status != 0:
            raise AssertionError(f"the server exited with {status}")

    def assertServes(self):
        """The server still answers, and rightly."""
        answer = self.stub.Evaluate(example("eligible"), timeout=10)
        self.assertEqual(answer.verdict.outcome, verdict_pb2.OUTCOME_ELIGIBLE)

    def fails(self, request, timeout=20):
        """The error of a call with these bytes; a call that succeeds is a failure of the test."""
        try:
            self.raw(request, timeout=timeout)
        except grpc.RpcError as error:
            return error
        raise self.failureException("the call was answered with OK")


def command(*arguments, stdin=None, cwd=None, binary=None, time_zone=None):
    """Runs the command line, in the machine's time zone unless another is named."""
    return subprocess.run(
        [binary or BINARY, *arguments],
        input=stdin,
        cwd=cwd,
        env=os.environ | ({"TZ": time_zone} if time_zone else {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

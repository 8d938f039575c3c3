"""Servers of the built binaries, and clients that know nothing of our code.

Environment:
TRIALGATE_BINARY = the binary (default .build/release/trialgate)
TRIALGATE_INTEROP_BINARY = the server of the interoperability tests (default .build/release/interop-server)
TRIALGATE_INTEROP_CLIENT = their client (default .build/release/interop-client)
TRIALGATE_CONFORMANCE_BINARY = the server of ConnectRPC's suite (default .build/release/conformance-server)
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
RELEASE = ROOT / ".build" / "release"
BINARY = os.environ.get("TRIALGATE_BINARY", str(RELEASE / "trialgate"))
INTEROP_BINARY = os.environ.get("TRIALGATE_INTEROP_BINARY", str(RELEASE / "interop-server"))
INTEROP_CLIENT = os.environ.get("TRIALGATE_INTEROP_CLIENT", str(RELEASE / "interop-client"))
CONFORMANCE_BINARY = os.environ.get(
    "TRIALGATE_CONFORMANCE_BINARY", str(RELEASE / "conformance-server")
)
EVALUATE = "/trialgate.v1.EligibilityService/Evaluate"


def _generate():
    """Compiles the contract with Google's own compiler and makes it importable.

    Services of gRPC itself come with the packages of PyPI, which hold the same message types.
    """
    folder = tempfile.mkdtemp(prefix="trialgate-stubs-")
    sources = sorted(
        str(path.relative_to(ROOT / "proto"))
        for part in ("trialgate", "grpc/testing", "connectrpc")
        for path in (ROOT / "proto" / part).rglob("*.proto")
    )
    status = protoc.main(
        ["protoc", f"-I{ROOT / 'proto'}", f"-I{pathlib.Path(protoc.__file__).parent / '_proto'}"]
        + [f"--python_out={folder}", f"--grpc_python_out={folder}"]
        + sources
    )
    if status != 0:
        raise RuntimeError("the contract does not compile")
    sys.path.insert(0, folder)
    # `grpc` is a package of grpcio's, which has to find `grpc.testing` too.
    grpc.__path__.append(os.path.join(folder, "grpc"))


_generate()
eligibility_pb2 = importlib.import_module("trialgate.v1.eligibility_pb2")
service_pb2_grpc = importlib.import_module("trialgate.v1.eligibility_service_pb2_grpc")
verdict_pb2 = importlib.import_module("trialgate.v1.verdict_pb2")
snapshot_pb2 = importlib.import_module("trialgate.v1.snapshot_pb2")
values_pb2 = importlib.import_module("trialgate.v1.values_pb2")
empty_pb2 = importlib.import_module("grpc.testing.empty_pb2")
messages_pb2 = importlib.import_module("grpc.testing.messages_pb2")
test_pb2_grpc = importlib.import_module("grpc.testing.test_pb2_grpc")
conformance_pb2 = importlib.import_module("connectrpc.conformance.v1.service_pb2")
conformance_pb2_grpc = importlib.import_module("connectrpc.conformance.v1.service_pb2_grpc")

from google.protobuf import json_format  # noqa: E402


def example(name):
    """An example as a message: `eligible-...`, by the beginning of its name."""
    (path,) = EXAMPLES.glob(f"{name}*.json")
    return json_format.Parse(path.read_text(), eligibility_pb2.EvaluateRequest())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def polled(condition, seconds=5):
    """Whether the condition comes to hold within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


class ServerProcess:
    """A server in a process of its own, which listens at `address` once this returns."""

    def __init__(self, command, address, folder):
        self.address = address
        self.folder = folder
        self.told_to_end = False
        self.log = open(os.path.join(folder, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(command, stderr=self.log)
        deadline = time.monotonic() + 30
        while not self._listens():
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = self.output()
                self.stop()
                raise RuntimeError(f"the server did not start: {said}")
            time.sleep(0.02)

    def _listens(self):
        family, target = socket.AF_UNIX, self.address.removeprefix("unix:")
        if target == self.address:
            host, _, port = target.rpartition(":")
            family, target = socket.AF_INET, (host, int(port))
        with socket.socket(family) as probe:
            probe.settimeout(1)
            return probe.connect_ex(target) == 0

    def output(self):
        self.log.flush()
        return pathlib.Path(self.log.name).read_text(encoding="utf-8")

    def resident_bytes(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")

    def forget_peak(self):
        """From here on the peak of the resident memory is counted anew."""
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def peak_bytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024

    def cpu_seconds(self):
        """What all its threads have used of the processors since it started."""
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def terminate(self, number=signal.SIGTERM):
        self.told_to_end |= number in (signal.SIGTERM, signal.SIGINT)
        self.process.send_signal(number)

    def stop(self):
        """Stops it, if nobody did, and says how it exited. A second signal would not let it drain."""
        if self.process.poll() is None and not self.told_to_end:
            self.terminate()
        try:
            return self.process.wait(timeout=30)
        finally:
            self.process.kill()
            self.process.wait()
            self.log.close()
            shutil.rmtree(self.folder, ignore_errors=True)


class Server(ServerProcess):
    """`trialgate serve`, on a free port or, if told so, on a unix socket.

    `port` = the port instead, and `prefix` = a command that runs it.
    """

    def __init__(self, *options, unix=False, port=None, prefix=()):
        folder = tempfile.mkdtemp(prefix="trialgate-data-")
        self.port = None if unix else port or free_port()
        address = f"unix:{folder}/socket" if unix else f"127.0.0.1:{self.port}"
        command = [*prefix, BINARY, "serve", "--listen", address, "--data-dir", folder, *options]
        super().__init__(command, address, folder)


class InteropServer(ServerProcess):
    """`interop-server`: the services of gRPC's interoperability tests on the same stack."""

    def __init__(self, *options, port=None):
        self.port = port or free_port()
        command = [INTEROP_BINARY, "--port", str(self.port), *options]
        folder = tempfile.mkdtemp(prefix="trialgate-interop-")
        super().__init__(command, f"127.0.0.1:{self.port}", folder)


class ConformanceServer(ServerProcess):
    """`conformance-server`: the service of ConnectRPC's suite on the same stack."""

    def __init__(self, *options):
        self.port = free_port()
        command = [CONFORMANCE_BINARY, "--port", str(self.port), *options]
        folder = tempfile.mkdtemp(prefix="trialgate-conformance-")
        super().__init__(command, f"127.0.0.1:{self.port}", folder)


class SharedServerTestCase(unittest.TestCase):
    """Tests that share a server and a channel. After the last one it must stop with 0."""

    options = ()
    launch = None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.launch(*cls.options)
        cls.channel = grpc.insecure_channel(
            cls.server.address, options=[("grpc.max_send_message_length", 64 << 20)]
        )

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        status = cls.server.stop()
        if status != 0:
            raise AssertionError(f"the server exited with {status}")

    def assertFails(self, code, call):
        """The error of a call that must fail with this status."""
        with self.assertRaises(grpc.RpcError) as caught:
            call()
        self.assertEqual(caught.exception.code(), code, caught.exception.details())
        return caught.exception


class ServerTestCase(SharedServerTestCase):
    """Tests of `trialgate serve`."""

    launch = Server

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stub = service_pb2_grpc.EligibilityServiceStub(cls.channel)
        cls.raw = cls.channel.unary_unary(EVALUATE)

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


class InteropTestCase(SharedServerTestCase):
    """Tests of `interop-server`."""

    launch = InteropServer

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stub = test_pb2_grpc.TestServiceStub(cls.channel)

    def assertServes(self):
        """The server still answers, and rightly."""
        self.assertEqual(self.stub.EmptyCall(empty_pb2.Empty(), timeout=10), empty_pb2.Empty())


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

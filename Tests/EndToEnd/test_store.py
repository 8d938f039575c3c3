"""What a server keeps when it is killed, and what it does when its disk is full.

TRIALGATE_KILLS = how often the server is killed under a writing client (default 8).
"""

import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import unittest

import grpc

from configuration import TRIAL, configuration_grpc, details, requests_pb2
from harness import BINARY, ServerProcess, example, free_port, polled, service_pb2_grpc, verdict_pb2

COHORT = f"{TRIAL}/cohorts/sle"


class StoreTestCase(unittest.TestCase):
    def setUp(self):
        self.data = tempfile.mkdtemp(prefix="trialgate-store-")
        self.logs = tempfile.mkdtemp(prefix="trialgate-store-log-")
        self.addCleanup(shutil.rmtree, self.data, ignore_errors=True)
        self.addCleanup(shutil.rmtree, self.logs, ignore_errors=True)

    def start(self):
        address = f"127.0.0.1:{free_port()}"
        command = [BINARY, "serve", "--listen", address, "--data-dir", self.data]
        server = ServerProcess(command, address, self.logs)
        self.addCleanup(server.process.kill)
        return server

    def enrol(self, stub):
        """One more enrolled; the number that the server acknowledged."""
        cohort = stub.GetCohort(requests_pb2.GetCohortRequest(name=COHORT), timeout=10)
        cohort.enrolled += 1
        request = requests_pb2.UpdateCohortRequest(
            cohort=cohort, update_mask=["enrolled"], reason="enrolled one " + "x" * 1_500
        )
        return stub.UpdateCohort(request, timeout=10).enrolled

    def verify(self):
        done = subprocess.run(
            [BINARY, "audit", "verify", "--data-dir", self.data, "--as", "ann"],
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Killed(StoreTestCase):
    def test_no_acknowledged_change_is_lost(self):
        chance = random.Random(1)
        acknowledged, total = 0, 0
        for _ in range(int(os.environ.get("TRIALGATE_KILLS", "8"))):
            server = self.start()
            with grpc.insecure_channel(
                server.address, options=[("grpc.use_local_subchannel_pool", 1)]
            ) as channel:
                stub = configuration_grpc.ConfigurationServiceStub(channel)
                kept = stub.GetCohort(requests_pb2.GetCohortRequest(name=COHORT), timeout=10)
                # The last change may have been kept although nobody was told.
                self.assertIn(kept.enrolled - acknowledged, (0, 1))
                self.assertEqual(int(kept.etag.strip('"').split("-")[0]), kept.enrolled + 1)
                acknowledged = kept.enrolled
                killer = threading.Timer(
                    chance.uniform(0.005, 0.2), server.process.send_signal, [signal.SIGKILL]
                )
                killer.start()
                try:
                    while True:
                        acknowledged = self.enrol(stub)
                        total += 1
                except grpc.RpcError as error:
                    self.assertEqual(error.code(), grpc.StatusCode.UNAVAILABLE, error)
                killer.join()
                server.process.wait()
            self.verify()
        self.assertGreater(total, 0)
        print(f"{total} acknowledged ", end="")


class FullDisk(StoreTestCase):
    def setUp(self):
        super().setUp()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", self.data], capture_output=True
        )
        if mounted.returncode != 0:
            self.skipTest("this machine lets nobody mount a small disk")
        self.addCleanup(subprocess.run, ["umount", "-l", self.data])

    def test_evaluation_goes_on_and_writing_comes_back(self):
        server = self.start()
        channel = self.enterContext(grpc.insecure_channel(server.address))
        stub = configuration_grpc.ConfigurationServiceStub(channel)
        eligibility = service_pb2_grpc.EligibilityServiceStub(channel)
        self.assertEqual(self.enrol(stub), 1)
        filler = pathlib.Path(self.data) / "filler"
        with self.assertRaises(OSError), open(filler, "wb", buffering=0) as file:
            while True:
                file.write(bytes(4_096))
        refused = None
        for _ in range(2_000):
            try:
                self.enrol(stub)
            except grpc.RpcError as error:
                refused = error
                break
        self.assertIsNotNone(refused, "the disk never was full")
        self.assertEqual(refused.code(), grpc.StatusCode.UNAVAILABLE)
        reason, _, has_retry = details(refused)
        self.assertEqual((reason, has_retry), ("STORE_READ_ONLY", True))
        kept = stub.GetCohort(requests_pb2.GetCohortRequest(name=COHORT), timeout=10).enrolled
        for _ in range(50):
            verdict = eligibility.Evaluate(example("eligible"), timeout=10).verdict
            self.assertEqual(verdict.outcome, verdict_pb2.OUTCOME_ELIGIBLE)
        filler.unlink()

        def writes():
            try:
                return self.enrol(stub) == kept + 1
            except grpc.RpcError:
                return False

        self.assertTrue(polled(writes, 20), "writing did not come back")
        self.assertEqual(server.stop(), 0)
        self.verify()


if __name__ == "__main__":
    unittest.main()

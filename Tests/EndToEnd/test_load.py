"""Load by h2load, with answers sampled by grpcio meanwhile.

Environment: TRIALGATE_LOAD_REQUESTS = requests of each of the three runs (default 10000).
"""

import os
import re
import subprocess
import tempfile
import threading

from harness import EVALUATE, ServerTestCase, example
from test_hostile import framed

RUNS = 3
REQUESTS = int(os.environ.get("TRIALGATE_LOAD_REQUESTS", "10000"))
SAMPLES = 1_000


class Load(ServerTestCase):
    def test_every_answer_is_the_right_one_and_memory_stays_flat(self):
        request = example("eligible").SerializeToString()
        expected = self.raw(request)
        sampled, faults = [0], []
        resident = []
        for run in range(RUNS):
            stop = threading.Event()

            def sample():
                while sampled[0] < SAMPLES * (run + 1) // RUNS or not stop.is_set():
                    if self.raw(request, timeout=60) != expected:
                        faults.append(run)
                    sampled[0] += 1
                    if stop.is_set() and sampled[0] >= SAMPLES * (run + 1) // RUNS:
                        return

            sampler = threading.Thread(target=sample)
            sampler.start()
            output = self.h2load(request)
            stop.set()
            sampler.join()
            resident.append(self.server.resident_bytes())
            summary = re.search(
                r"requests: (\d+) total, (\d+) started, (\d+) done, (\d+) succeeded, (\d+) failed",
                output,
            )
            self.assertIsNotNone(summary, output)
            self.assertEqual(
                [int(n) for n in summary.groups()], [REQUESTS, REQUESTS, REQUESTS, REQUESTS, 0]
            )
            self.assertIn(f"{REQUESTS} 2xx", output)
            data = int(re.search(r"\((\d+)\) data", output).group(1))
            self.assertEqual(data, REQUESTS * (len(expected) + 5))
            rate = re.search(r"finished in (\S+), (\S+) req/s", output).groups()
            print(f"run {run + 1}: {REQUESTS} requests in {rate[0]}, {rate[1]} req/s", flush=True)
        self.assertEqual(faults, [])
        self.assertGreaterEqual(sampled[0], SAMPLES)
        print(f"resident after each run: {resident}; {sampled[0]} answers sampled", flush=True)
        self.assertLess(resident[-1], resident[0] + (16 << 20))

    def h2load(self, request):
        with tempfile.NamedTemporaryFile() as body:
            body.write(framed(request))
            body.flush()
            done = subprocess.run(
                [
                    "h2load", "-n", str(REQUESTS), "-c", "10", "-m", "10", "-d", body.name,
                    "-H", "content-type: application/grpc", "-H", "te: trailers",
                    f"http://{self.server.address}{EVALUATE}",
                ],
                capture_output=True,
                text=True,
                timeout=1_800,
                check=True,
            )
        return done.stdout

"""What a call takes from malloc, counted in the process of the server."""

import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest

import grpc

from harness import EVALUATE, ROOT, Server, eligibility_pb2, example

CALLS = 400


class Allocations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.library = str(pathlib.Path(folder.name) / "allocations.so")
        compiler = shutil.which("clang") or shutil.which("cc")
        if not compiler:
            raise RuntimeError("there is no C compiler: clang of the Swift toolchain, or cc")
        source = str(ROOT / "Tests" / "EndToEnd" / "allocations.c")
        subprocess.run(
            [compiler, "-O1", "-Wall", "-Werror", "-fno-builtin", "-shared", "-fPIC"]
            + ["-o", cls.library, source],
            check=True,
        )

    def counted(self):
        """A server on one event loop, its counts, and a way to call it."""
        counts = tempfile.NamedTemporaryFile()
        self.addCleanup(counts.close)
        counts.write(bytes(4096))
        counts.flush()
        prefix = ("env", f"LD_PRELOAD={self.library}", f"ALLOCATION_COUNTS={counts.name}")
        server = Server("--threads", "1", prefix=prefix)
        self.addCleanup(server.stop)
        channel = grpc.insecure_channel(server.address)
        self.addCleanup(channel.close)
        call = channel.unary_unary(EVALUATE)

        def taken_and_given_back():
            return struct.unpack("=qq", pathlib.Path(counts.name).read_bytes()[:16])

        return taken_and_given_back, call

    def round(self, counts, call, request):
        """Blocks that a call takes, and that are still held behind it, in the mean of many calls."""
        before = counts()
        for _ in range(CALLS):
            call(request)
        after = counts()
        taken = after[0] - before[0]
        return taken / CALLS, (taken - (after[1] - before[1])) / CALLS

    def test_the_steady_state(self):
        counts, call = self.counted()
        for detail, most in (("DETAIL_OUTCOME", 360), ("DETAIL_FULL", 640)):
            with self.subTest(detail):
                message = example("eligible")
                message.detail = eligibility_pb2.Detail.Value(detail)
                request = message.SerializeToString()
                for _ in range(CALLS):
                    call(request)
                taken, held = zip(*(self.round(counts, call, request) for _ in range(3)))
                print(f"{detail}: {min(taken):.1f} blocks a call, {sum(held) / len(held):+.4f} held")
                # The server was counted at all.
                self.assertGreater(min(taken), 10)
                self.assertLess(min(taken), most)
                # Nothing is kept of a call, whatever the odd timer keeps for a while.
                self.assertLess(sum(held) / len(held), 0.02)


if __name__ == "__main__":
    unittest.main()

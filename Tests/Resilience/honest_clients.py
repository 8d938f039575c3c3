"""Honest clients in full numbers: none is ever cut off. Exits with 1 when one is.

usage: honest_clients.py

Environment: TRIALGATE_INTEROP_BINARY as for Tests/EndToEnd.
"""

import pathlib
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))

import honest  # noqa: E402
from harness import InteropServer  # noqa: E402

WORKLOADS = (
    (
        "20,000 calls with 8 KB answers and 1,000 bidirectional streams in 30 s",
        lambda stub: honest.calls_and_streams(stub, 20_000, 1_000, 30),
        30,
    ),
    (
        "5,000 calls cancelled after the first byte, in a minute",
        lambda stub: honest.cancels(stub, 5_000, 60),
        60,
    ),
    (
        "3,000 deadlines that pass, in 30 s",
        lambda stub: honest.deadlines(stub, 3_000, 30),
        30,
    ),
    (
        "3,000 pairs of refused calls in 30 s",
        lambda stub: honest.refusals(stub, 3_000, 30),
        30,
    ),
)


def main():
    failed = 0
    for name, run, expected in WORKLOADS:
        server = InteropServer()
        begin = time.monotonic()
        try:
            with honest.Unbroken(server) as client:
                run(client.stub)
                client.assert_kept()
            print(f"passed  {name}: took {time.monotonic() - begin:.1f} s of {expected}", flush=True)
        except Exception:  # Whatever it was, the next one is to run.
            traceback.print_exc()
            print(f"FAILED  {name}", flush=True)
            failed += 1
        finally:
            server.stop()
    print(f"{len(WORKLOADS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

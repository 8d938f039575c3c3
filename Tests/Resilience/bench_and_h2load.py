"""`trialgate bench` beside h2load on one server. Exits with 1 where they do not agree.

usage: bench_and_h2load.py [--rounds N] [--seconds N] [--detail outcome|full]

Interleaved rounds of a closed loop of 4 connections with 8 calls each. They agree where the medians of
their rates differ by no more than the rounds of either do among themselves, and in any case within 3 %.

Environment: TRIALGATE_BINARY as for Tests/EndToEnd.
"""

import argparse
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))

import bench  # noqa: E402
from harness import Server, eligibility_pb2, example  # noqa: E402

CONNECTIONS, STREAMS = 4, 8
DETAILS = {"outcome": eligibility_pb2.DETAIL_OUTCOME, "full": eligibility_pb2.DETAIL_FULL}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--detail", choices=DETAILS, default="full")
    arguments = parser.parse_args()
    request = example("eligible")
    request.detail = DETAILS[arguments.detail]
    server = Server("--threads", "1")
    try:
        ours, theirs = [], []
        for _ in range(arguments.rounds):
            seen = bench.bench(
                server,
                *("--detail", arguments.detail, "--duration", f"{arguments.seconds}s"),
                *("--connections", str(CONNECTIONS), "--streams", str(STREAMS)),
            )
            ours.append(seen["answered_per_second"])
            theirs.append(
                bench.h2load(
                    server, request.SerializeToString(), arguments.seconds, CONNECTIONS, STREAMS
                )
            )
            print(f"bench {ours[-1]:.0f}/s, h2load {theirs[-1]:.0f}/s", flush=True)
    finally:
        server.stop()
    one, other = statistics.median(ours), statistics.median(theirs)
    noise = max(max(ours) - min(ours), max(theirs) - min(theirs), 0.03 * other)
    print(f"medians {one:.0f}/s and {other:.0f}/s, ratio {one / other:.3f}, noise {noise:.0f}/s")
    return 0 if abs(one - other) <= noise else 1


if __name__ == "__main__":
    sys.exit(main())

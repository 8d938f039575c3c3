"""Two servers are restarted by turns under load, behind HAProxy and then known to the clients themselves.
Exits with 1 when a call failed, or a server did not end well or in time.

usage: restarts.py [--times N] [--rate CALLS_A_SECOND]

Environment: TRIALGATE_BINARY as for Tests/EndToEnd.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))

from balancer import restarts_behind_haproxy, restarts_of_a_clients_servers  # noqa: E402

# Part of the rate that has to be reached for the run to count.
REACHED = 0.9


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--rate", type=float, default=2_000)
    arguments = parser.parse_args()
    runs, failed = (restarts_behind_haproxy, restarts_of_a_clients_servers), 0
    for run in runs:
        found = run(arguments.times, arguments.rate)
        print(
            f"{run.__name__}: {len(found.took)} restarts, the longest took {max(found.took):.1f} s;"
            f" {found.load.answered:,} calls answered, {found.load.rate:,.0f} a second,"
            f" p99 {found.load.worst_ms:.0f} ms"
        )
        shortfalls = found.shortfalls(arguments.rate * REACHED)
        print("; ".join(shortfalls) or "passed", flush=True)
        failed += bool(shortfalls)
    print(f"{len(runs) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

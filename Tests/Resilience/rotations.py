"""Certificates replaced ten times under load. Exits with 1 when a call failed, or one was not served.

usage: rotations.py [--times N]

Environment: TRIALGATE_BINARY as for Tests/EndToEnd.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))

from harness import Server  # noqa: E402
from rotation import Rotation, rotate  # noqa: E402

PATIENCE = 5


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=10)
    arguments = parser.parse_args()
    rotation = Rotation()
    try:
        server = Server(*rotation.options, "--tls-reload-interval", "1")
        try:
            took, visitors = rotate(server, rotation, arguments.times, PATIENCE)
        finally:
            server.stop()
    finally:
        rotation.remove()
    shown = ", ".join("never" if seconds is None else f"{seconds:.1f}" for seconds in took)
    print(f"seconds until a new certificate was served: {shown}")
    print(f"{visitors.answered} calls answered, {len(visitors.faults)} failed")
    for fault in visitors.faults[:5]:
        print(f"  {fault}")
    failed = bool(visitors.faults) or None in took
    print("0 passed, 1 failed" if failed else "1 passed, 0 failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

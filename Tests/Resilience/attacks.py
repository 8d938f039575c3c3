"""The attacks by name, in rounds, with a table of what was seen. Exits with 1 when one is not contained.

usage: attacks.py [--rounds N] [--seconds N] [NAME]...

An attack is contained when in every round the attacking connection was closed, or kept at most a tenth of
a core busy; memory grew by at most 64 MiB; no call of the polite client failed; and the median of the
rounds' p99 of its calls is at most the larger of twice what it was before the attack and 50 ms.

Environment: TRIALGATE_BINARY as for Tests/EndToEnd.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))

from siege import EVERY_ATTACK, HEADING, besiege, polite_client, row  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("names", nargs="*", metavar="NAME", help="all of them when none is named")
    arguments = parser.parse_args()
    names = arguments.names or list(EVERY_ATTACK)
    if unknown := [name for name in names if name not in EVERY_ATTACK]:
        parser.error(f"no such attack: {', '.join(unknown)}; there are {', '.join(EVERY_ATTACK)}")
    print(HEADING, flush=True)
    failed = {}
    with polite_client() as client:
        for name in names:
            sieges, shortfalls = [], []
            for _ in range(arguments.rounds):
                sieges.append(besiege(name, arguments.seconds, client))
                shortfalls += sieges[-1].shortfalls()
            cells, slow = row(name, sieges)
            print(cells, flush=True)
            if slow:
                shortfalls.append("the polite client was slowed down")
            if shortfalls:
                failed[name] = shortfalls
    print()
    for name, shortfalls in failed.items():
        print(f"{name}: {'; '.join(dict.fromkeys(shortfalls))}")
    print(f"{len(names) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Slow and half-open sockets with default timers. Exits with 1 when they are felt, or stay.

usage: slow_sockets.py [--sockets N] [--rounds N]

200 half-open connections of each kind are closed within 15 s. Beside 2,000 sockets that send a byte every
few seconds no call of a polite client fails, and their median stays what it is without them, in
interleaved rounds. A peer that takes no answers is cut off by the timer of slow readers.

Environment: TRIALGATE_BINARY as for Tests/EndToEnd.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))

import frames  # noqa: E402
import slow  # noqa: E402
from harness import Server  # noqa: E402
from siege import polite_client  # noqa: E402
from wire import PREFACE, framed  # noqa: E402

CLOSED_WITHIN = 15
READER_SECONDS = 45


def half_open(server, _client, _arguments):
    failed = []
    for name, opening in slow.HALF_OPEN.items():
        seconds, left = slow.seconds_to_close(server.port, opening, 200, CLOSED_WITHIN)
        print(f"{name}: {200 - left} of 200 closed after {seconds:.1f} s", flush=True)
        if left:
            failed.append(f"{name}: {left} still open")
    return failed


def crowd(server, client, arguments):
    alone, crowded, faults = slow.beside_a_crowd(
        server, client, arguments.sockets, arguments.rounds
    )
    for without, beside in zip(alone, crowded):
        print(f"median {without:.2f} ms alone, {beside:.2f} ms beside the crowd", flush=True)
    failed = [f"{len(faults)} calls failed: {faults[0]}"] if faults else []
    return failed if slow.within_noise(alone, crowded) else [*failed, "the median went up"]


def slow_readers(server, _client, _arguments):
    """As many calls as are allowed at once, and no window for an answer."""
    block, request = frames.call_block(frames.DESCRIBE), framed(b"")
    opening = PREFACE + frames.settings(window=0) + frames.frame(frames.SETTINGS, frames.ACK)
    for stream in range(1, 201, 2):
        opening += frames.headers(stream, block)
        opening += frames.frame(frames.DATA, frames.END_STREAM, stream, request)
    seconds, left = slow.seconds_to_close(server.port, opening, 20, READER_SECONDS)
    print(f"slow readers: {20 - left} of 20 closed after {seconds:.1f} s", flush=True)
    return [f"{left} readers without a window still connected"] if left else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    slow.allow_files(2 * arguments.sockets + 1_024)
    parts, failed = (half_open, crowd, slow_readers), 0
    with polite_client() as client:
        for part in parts:
            server = Server()
            try:
                shortfalls = part(server, client, arguments)
            finally:
                client.rest()
                server.stop()
            print(f"{part.__name__}: {'; '.join(shortfalls) or 'passed'}", flush=True)
            failed += bool(shortfalls)
    print(f"{len(parts) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

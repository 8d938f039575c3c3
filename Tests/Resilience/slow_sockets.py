"""Slow and half-open sockets with default timers. Exits with 1 when they are felt, or stay.

usage: slow_sockets.py [--sockets N] [--rounds N]

200 half-open connections of each kind are closed within 15 s. Beside 2,000 sockets that send a byte every
few seconds no call of a polite client fails, and their median stays what it is without them, in
interleaved rounds. A peer that takes no answers is cut off by the timer of slow readers.

Environment: TRIALGATE_BINARY as for Tests/EndToEnd.
"""

import argparse
import pathlib
import select
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))

import frames  # noqa: E402
import slow  # noqa: E402
from attacks import many_answers  # noqa: E402
from harness import Server  # noqa: E402
from siege import polite_client  # noqa: E402
from wire import PREFACE  # noqa: E402

CLOSED_WITHIN = 15
READERS, CALLS_OF_A_READER = 20, 100
READER_SECONDS = 45
HUNG_UP = select.POLLRDHUP | select.POLLHUP | select.POLLERR


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
    """As many answers as may be asked for at once, and none is read: a timer ends the connection."""
    before = server.resident_bytes()
    attack = many_answers(
        PREFACE + frames.settings(window=frames.LARGEST_WINDOW) + frames.window_update(2**30),
        CALLS_OF_A_READER,
        reads=False,
        receive_buffer=4_096,
    )
    readers = [
        frames.Assailant(server.port, attack.opening, attack.receive_buffer) for _ in range(READERS)
    ]
    for reader in readers:
        reader.flood(attack.units, 0.2, reads=False)
    cost = (server.resident_bytes() - before) / READERS / 1024
    print(f"a reader that does not read costs {cost:,.0f} KiB", flush=True)
    begin = time.monotonic()
    left = readers
    while left and time.monotonic() < begin + READER_SECONDS:
        time.sleep(1)
        for reader in left:
            # Unread data hides that a connection was closed; what is sent then comes back as RST.
            reader.send(memoryview(frames.frame(frames.PING, payload=b"anybody?")))
        left = [reader for reader in left if not reader.closed and not reader.wait(HUNG_UP, 0)]
    print(f"{READERS - len(left)} of {READERS} closed after {time.monotonic() - begin:.1f} s")
    for reader in readers:
        reader.socket.close()
    return [f"{len(left)} readers that do not read are still there"] if left else []


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

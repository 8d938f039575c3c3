"""HTTP/2 frames built by hand, by the million, and what a server says while it is sent them."""

import array
import re
import select
import socket
import struct
import time

from wire import PREFACE, literal

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS = range(5)
PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(6, 10)
UNKNOWN = 0xFA
ACK = END_STREAM = 0x1
END_HEADERS, PADDED = 0x4, 0x8
CANCEL = 8
INITIAL_WINDOW_SIZE = 4
LARGEST_WINDOW = 2**31 - 1
CHUNK_BYTES = 1 << 18
FRAME_HEADER_BYTES = 9
EVALUATE = "/trialgate.v1.EligibilityService/Evaluate"
DESCRIBE = "/trialgate.v1.EligibilityService/DescribeProtocol"


def frame(kind, flags=0, stream=0, payload=b""):
    """One frame, as long as it is told and not as the standard would have it."""
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(**values):
    """SETTINGS with an initial window, or without anything."""
    window = values.get("window")
    return frame(
        SETTINGS,
        payload=b"" if window is None else struct.pack(">HI", INITIAL_WINDOW_SIZE, window),
    )


def window_update(increment, stream=0):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", increment))


def reset(stream, code=CANCEL):
    return frame(RST_STREAM, 0, stream, struct.pack(">I", code))


def call_block(path=EVALUATE):
    """The header block of a call. It leaves nothing in the dynamic table."""
    indexed = b"\x83\x86"  # :method POST, :scheme http
    return indexed + b"".join(
        literal(name, value)
        for name, value in (
            (b":path", path.encode()),
            (b":authority", b"localhost"),
            (b"content-type", b"application/grpc"),
            (b"te", b"trailers"),
        )
    )


def headers(stream, block, end=False, whole=True):
    flags = (END_STREAM if end else 0) | (END_HEADERS if whole else 0)
    return frame(HEADERS, flags, stream, block)


OPENING = PREFACE + settings()


class Repeated:
    """The same bytes again and again, many in one buffer, or `count` of them."""

    def __init__(self, unit, count=None):
        self.unit_bytes = len(unit)
        self.buffer = unit * (count or max(1, CHUNK_BYTES // len(unit)))

    def __iter__(self):
        while True:
            yield self.buffer


class Numbered:
    """The same frames again and again, each time with the next stream of a client.

    `build` makes the frames of one stream; wherever its number stands it is replaced.
    """

    MARK = 0x5AC35AC3

    def __init__(self, build, first=1, at_most=None):
        self.unit = build(self.MARK)
        self.unit_bytes = len(self.unit)
        mark = struct.pack(">I", self.MARK)
        self.places = [match.start() for match in re.finditer(re.escape(mark), self.unit)]
        if not self.places:
            raise ValueError("the frames name no stream")
        self.first, self.at_most = first, at_most

    def __iter__(self):
        count = max(1, CHUNK_BYTES // self.unit_bytes)
        left = self.at_most if self.at_most is not None else (2**31 - self.first) // 2
        stream = self.first
        while left > 0:
            count = min(count, left)
            yield self.chunk(stream, count)
            stream += 2 * count
            left -= count

    def chunk(self, first, count):
        numbers = array.array("I", range(first, first + 2 * count, 2))
        numbers.byteswap()
        octets = numbers.tobytes()
        chunk = bytearray(self.unit * count)
        for place in self.places:
            for octet in range(4):
                chunk[place + octet :: self.unit_bytes] = octets[octet::4]
        return chunk


class Credit:
    """Bytes that a server is ready to take in DATA of one stream, from what it sent so far."""

    def __init__(self, stream):
        self.stream = stream
        self.initial, self.windows = 65_535, {0: 65_535, stream: 65_535}
        self.pending = b""

    def take(self, data):
        self.pending += data
        at = 0
        while len(self.pending) - at >= 9:
            length = int.from_bytes(self.pending[at : at + 3], "big")
            if len(self.pending) - at < 9 + length:
                break
            kind, flags, stream = struct.unpack(">BBI", self.pending[at + 3 : at + 9])
            payload = self.pending[at + 9 : at + 9 + length]
            at += 9 + length
            if kind == WINDOW_UPDATE and stream in self.windows:
                self.windows[stream] += int.from_bytes(payload, "big")
            elif kind == SETTINGS and not flags & ACK:
                for index in range(0, length, 6):
                    name, value = struct.unpack(">HI", payload[index : index + 6])
                    if name == INITIAL_WINDOW_SIZE:
                        self.windows[self.stream] += value - self.initial
                        self.initial = value
        self.pending = self.pending[at:]

    @property
    def left(self):
        return min(self.windows.values())

    def spend(self, count):
        for stream in self.windows:
            self.windows[stream] -= count


class Assailant:
    """One connection that sends as fast as it can, and reads or does not."""

    # GOAWAY up to one of the errors there are; data that looks the same would have to be made for it.
    FAREWELL = re.compile(rb"\0\0[\x08-\xff]\x07\0\0\0\0\0....(\0\0\0[\0-\x0d])", re.DOTALL)
    FAREWELL_BYTES = 17

    def __init__(self, port, opening=OPENING, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(10)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(opening)
        self.socket.setblocking(False)
        self.poll = select.poll()
        self.poll.register(self.socket, 0)
        self.hung_up, self.ended = False, None
        self.goaway, self.tail = None, b""
        self.sent, self.heard = 0, False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    @property
    def closed(self):
        """Whether the server has closed the connection, as far as is known without reading on."""
        return self.hung_up or self.ended is not None

    def flood(self, units, seconds, reads=True, credit=None, in_step=False, pause=0):
        """Sends until the time is over or the server has closed the connection.

        `credit` = how much DATA may be sent; each octet of a unit beyond its frame header counts.
        `in_step` = the next buffer waits until the server has answered something to the last one;
        `pause` = it waits so many seconds, so that the server reads each by itself.
        """
        deadline = time.monotonic() + seconds
        chunks, view = iter(units), memoryview(b"")
        self.heard = True
        while not self.closed and (left := deadline - time.monotonic()) > 0:
            if not view and chunks is not None and (self.heard or not in_step):
                self.heard = False
                time.sleep(pause)
                view, chunks = self.next_chunk(chunks, units, credit)
            wanted = select.POLLRDHUP | (select.POLLIN if reads else 0)
            events = self.wait(wanted | (select.POLLOUT if view else 0), min(left, 0.05))
            if events & select.POLLIN:
                self.receive(credit)
            elif events & (select.POLLHUP | select.POLLERR | select.POLLRDHUP):
                self.hung_up = True
            if events & select.POLLOUT and not self.closed:
                view = self.send(view)

    def wait(self, wanted, seconds):
        self.poll.modify(self.socket, wanted)
        return sum(events for _, events in self.poll.poll(seconds * 1_000))

    @staticmethod
    def next_chunk(chunks, units, credit):
        """What to send next, and where more comes from; None after the last of it."""
        if credit is None:
            chunk = next(chunks, None)
            return (memoryview(b""), None) if chunk is None else (memoryview(chunk), chunks)
        cost = units.unit_bytes - FRAME_HEADER_BYTES
        count = min(max(credit.left, 0) // cost, CHUNK_BYTES // units.unit_bytes)
        credit.spend(count * cost)
        return memoryview(units.buffer)[: count * units.unit_bytes], chunks

    def send(self, view):
        """Sends what is taken at once; what is left is returned."""
        try:
            count = self.socket.send(view)
        except BlockingIOError:
            return view
        except (BrokenPipeError, ConnectionResetError):
            self.hung_up = True
            return view
        self.sent += count
        return view[count:]

    def receive(self, credit=None):
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except ConnectionResetError:
            self.ended = "RST"
            return
        if not data:
            self.ended = "EOF"
            return
        self.heard = True
        if credit is not None:
            credit.take(data)
        for found in self.FAREWELL.finditer(self.tail + data):
            self.goaway = int.from_bytes(found.group(1), "big")
        self.tail = (self.tail + data)[1 - self.FAREWELL_BYTES :]

    def glance(self):
        """Reads what has come."""
        if self.ended is None and self.wait(select.POLLIN, 0):
            self.receive()

    def read_on(self, seconds):
        """Reads what comes until the connection has ended, or the time is over."""
        deadline = time.monotonic() + seconds
        while self.ended is None and (left := deadline - time.monotonic()) > 0:
            if self.wait(select.POLLIN, left):
                self.receive()

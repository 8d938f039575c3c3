"""Connections and calls that do nothing but be there, in a thread-free client of the standard library."""

import select
import socket
import struct
import time

from peers import EVALUATE

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS = 0, 1, 4
ACK, END_HEADERS = 0x1, 0x4


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name, value):
    """A header field of less than 127 bytes each that is put into no table."""
    return b"\0" + b"".join(bytes([len(part)]) + part for part in (name, value))


CALL = b"\x83\x86" + b"".join(  # :method POST, :scheme http
    literal(name, value)
    for name, value in (
        (b":path", EVALUATE.encode()),
        (b":authority", b"localhost"),
        (b"content-type", b"application/grpc"),
        (b"te", b"trailers"),
    )
)


class Connection:
    """A connection that has shaken hands."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.sendall(PREFACE + frame(SETTINGS))
        settings = self._frame()
        if settings[3] != SETTINGS:
            raise ConnectionError("the server does not begin with SETTINGS")
        self.socket.sendall(frame(SETTINGS, ACK))
        self.next = 1

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise ConnectionError("the server closed the connection")
            data += more
        return data

    def _frame(self):
        head = self._exactly(9)
        self._exactly(int.from_bytes(head[:3], "big"))
        return head

    def begin(self, message):
        """A call whose request lacks its last byte: the server has to wait for it."""
        body = struct.pack(">BI", 0, len(message)) + message[:-1]
        self.socket.sendall(frame(HEADERS, END_HEADERS, self.next, CALL) + frame(DATA, 0, self.next, body))
        self.next += 2

    def closed(self):
        """Whether the server has ended the connection."""
        while select.select([self.socket], [], [], 0)[0]:
            if not self.socket.recv(65_536):
                return True
        return False


def settled(measure, seconds=5):
    """A figure of a server once it stays the same for a while."""
    last, since, deadline = measure(), time.monotonic(), time.monotonic() + seconds
    while time.monotonic() - since < 0.5 and time.monotonic() < deadline:
        time.sleep(0.05)
        now = measure()
        if now != last:
            last, since = now, time.monotonic()
    return last

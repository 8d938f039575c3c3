"""A gRPC client made of single HTTP/2 frames: it sends what a client library would refuse to send, and
shows what a client library hides."""

import socket
import struct
import time

import hpack
from hpack.hpack import encode_integer
from hyperframe import frame as frames

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
FRAME_BYTES = 16_384
CONTENT_TYPE = "application/grpc"


def framed(message, flag=0):
    """A message with the prefix of gRPC."""
    return struct.pack(">BI", flag, len(message)) + message


def unframed(body):
    """The messages of a body as pairs of compressed flag and bytes."""
    messages = []
    while body:
        flag, length = struct.unpack(">BI", body[:5])
        if len(body) < 5 + length:
            raise ValueError("the body ends within a message")
        messages.append((flag, body[5 : 5 + length]))
        body = body[5 + length :]
    return messages


def literal(name, value):
    """An encoded header field, octet by octet as given."""
    return b"\0" + b"".join(bytes(encode_integer(len(text), 7)) + text for text in (name, value))


class Answer:
    """What came back on a stream so far."""

    def __init__(self):
        self.blocks = []
        self.body = b""
        self.ended = False
        self.reset = None

    def values(self, name):
        """All values of a field, of headers and trailers, in order."""
        return [value for block in self.blocks for key, value in block if key == name]

    def value(self, name):
        values = self.values(name)
        if len(values) > 1:
            raise ValueError(f"{name} came {len(values)} times")
        return values[0] if values else None

    @property
    def http_status(self):
        return self.value(":status")

    @property
    def grpc_status(self):
        """The status as a number; None for an answer without one."""
        text = self.value("grpc-status")
        return None if text is None else int(text)

    @property
    def messages(self):
        return unframed(self.body)

    def __repr__(self):
        return (
            f"blocks {self.blocks}, {len(self.body)} bytes, ended {self.ended}, reset {self.reset}"
        )


class Wire:
    """One connection. Nothing is checked on the way out."""

    def __init__(self, port, timeout=10, receive_buffer=None):
        self.timeout = timeout
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.encoder, self.decoder = hpack.Encoder(), hpack.Decoder()
        self.decoder.max_header_list_size = 1 << 20
        self.pending = b""
        self.answers = {}
        self.goaway = None
        self.closed = False
        self.next_stream = 1
        self.initial_window, self.windows = 65_535, {0: 65_535}
        # The answers are small: no window of ours is ever to hold one back.
        settings = frames.SettingsFrame(
            settings={frames.SettingsFrame.INITIAL_WINDOW_SIZE: 2**31 - 1}
        )
        window = frames.WindowUpdateFrame(0, window_increment=2**30)
        self.send(PREFACE + settings.serialize() + window.serialize())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    # Out.

    def send(self, data):
        """Sends bytes; a server that has closed the connection is noted, not raised."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            self.closed = True

    def head(self, path, fields=(), **overrides):
        """The header list of a call; an override of None leaves a field out."""
        named = {
            ":method": "POST",
            ":scheme": "http",
            ":path": path,
            ":authority": "localhost",
            "content-type": CONTENT_TYPE,
            "te": "trailers",
        }
        for name, value in overrides.items():
            named[":method" if name == "method" else name.replace("_", "-")] = value
        return [(name, value) for name, value in named.items() if value is not None] + list(fields)

    def begin(self, fields, end=False, literals=b""):
        """Opens a stream with these fields and what `literal` made, in as many frames as it takes."""
        stream = self.next_stream
        self.next_stream += 2
        self.answers[stream] = Answer()
        self.windows[stream] = self.initial_window
        self.send_block(stream, self.encoder.encode(fields) + literals, end)
        return stream

    def send_block(self, stream, block, end=False):
        """Sends a header block as it is, already encoded."""
        parts = [block[i : i + FRAME_BYTES] for i in range(0, len(block), FRAME_BYTES)]
        for index, part in enumerate(parts):
            kind = frames.ContinuationFrame if index else frames.HeadersFrame
            frame = kind(stream, data=part)
            if end and index == 0:
                frame.flags.add("END_STREAM")
            if index == len(parts) - 1:
                frame.flags.add("END_HEADERS")
            self.send(frame.serialize())
            if self.closed:
                return

    def data(self, stream, body=b"", end=False, cut=FRAME_BYTES):
        """Sends a body in frames of `cut` bytes, as far as the server's windows allow it."""
        out = b""
        parts = [body[i : i + cut] for i in range(0, len(body), cut)] or [b""]
        for index, part in enumerate(parts):
            if min(self.windows[0], self.windows[stream]) < len(part):
                self.send(out)
                out = b""
                self.read_until(lambda: min(self.windows[0], self.windows[stream]) >= len(part))
            frame = frames.DataFrame(stream, data=part)
            if end and index == len(parts) - 1:
                frame.flags.add("END_STREAM")
            self.windows[0] -= len(part)
            self.windows[stream] -= len(part)
            out += frame.serialize()
        self.send(out)

    def reset(self, stream, code=8):
        self.send(frames.RstStreamFrame(stream, error_code=code).serialize())

    def call(self, path, body, fields=(), **overrides):
        """A whole call and its answer."""
        stream = self.begin(self.head(path, fields, **overrides))
        self.data(stream, body, end=True)
        return self.answer(stream)

    # In.

    def answer(self, stream):
        """The answer of a stream, once that or the connection has ended."""
        answer = self.answers[stream]
        self.read_until(lambda: answer.ended or answer.reset is not None or self.closed)
        return answer

    def read_until(self, condition):
        """Reads frames until the condition holds; a server that lets it wait is a TimeoutError."""
        deadline = time.monotonic() + self.timeout
        while not condition():
            if self.closed:
                raise ConnectionError(f"the server closed the connection; GOAWAY {self.goaway}")
            if len(self.pending) >= 9:
                frame, length = frames.Frame.parse_frame_header(memoryview(self.pending[:9]))
                if len(self.pending) >= 9 + length:
                    frame.parse_body(memoryview(self.pending[9 : 9 + length]))
                    self.pending = self.pending[9 + length :]
                    self.take(frame)
                    continue
            self.socket.settimeout(max(deadline - time.monotonic(), 0.001))
            try:
                data = self.socket.recv(1 << 20)
            except ConnectionResetError:
                data = b""
            self.closed = not data
            self.pending += data

    def take(self, frame):
        answer = self.answers.get(frame.stream_id)
        if isinstance(frame, (frames.HeadersFrame, frames.ContinuationFrame)):
            if "END_HEADERS" not in frame.flags:
                raise ValueError("an answer with more than one frame of headers")
            answer.blocks.append(self.decoder.decode(frame.data))
            answer.ended = "END_STREAM" in frame.flags
        elif isinstance(frame, frames.DataFrame):
            answer.body += frame.data
            answer.ended = "END_STREAM" in frame.flags
            if frame.flow_controlled_length:
                update = frames.WindowUpdateFrame(0, window_increment=frame.flow_controlled_length)
                self.send(update.serialize())
        elif isinstance(frame, frames.RstStreamFrame):
            answer.reset = frame.error_code
        elif isinstance(frame, frames.WindowUpdateFrame):
            self.windows[frame.stream_id] = (
                self.windows.get(frame.stream_id, 0) + frame.window_increment
            )
        elif isinstance(frame, frames.SettingsFrame) and "ACK" not in frame.flags:
            new = frame.settings.get(frames.SettingsFrame.INITIAL_WINDOW_SIZE, self.initial_window)
            for stream in self.windows.keys() - {0}:
                self.windows[stream] += new - self.initial_window
            self.initial_window = new
            self.send(frames.SettingsFrame(flags=["ACK"]).serialize())
        elif isinstance(frame, frames.PingFrame) and "ACK" not in frame.flags:
            self.send(frames.PingFrame(0, opaque_data=frame.opaque_data, flags=["ACK"]).serialize())
        elif isinstance(frame, frames.GoAwayFrame):
            self.goaway = frame.error_code

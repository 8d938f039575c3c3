"""Calls that break gRPC's rules or stretch them, one test for each case and server.

Each is made of single frames on a connection of its own. What comes back must be what the rules leave,
the memory must stay bounded, and after it the server still serves a new connection.
"""

import gzip
import struct

from harness import EVALUATE, InteropTestCase, ServerTestCase, example, messages_pb2
from wire import Wire, framed, literal

PROTOCOL_ERROR = 1
# How far a server may grow over one call.
GROWTH = 24 << 20

# Bodies, made from the good message.


def good(message):
    return framed(message)


def bomb(message):
    return framed(gzip.compress(message + bytes(64 << 20)), flag=1)


def gzipped(message):
    return framed(gzip.compress(message), flag=1)


# Senders. Each begins a call with a head and hands back the stream that is to answer.


def whole(wire, head, message, make=good):
    stream = wire.begin(head)
    wire.data(stream, make(message), end=True)
    return stream


def body(make):
    """The body that this makes of the good message."""
    return lambda wire, head, message: whole(wire, head, message, make)


def head_alone(wire, head, message):
    return wire.begin(head, end=True)


def announced(length):
    """The prefix of a long message and its beginning: the stream stays open."""

    def send(wire, head, message):
        stream = wire.begin(head)
        wire.data(stream, struct.pack(">BI", 0, length) + bytes(100))
        return stream

    return send


def byte_by_byte(wire, head, message):
    stream = wire.begin(head)
    wire.data(stream, framed(message), end=True, cut=1)
    return stream


def with_trailers(wire, head, message):
    stream = wire.begin(head)
    wire.data(stream, framed(message))
    wire.send_block(stream, wire.encoder.encode([("x-trailer", "1")]), end=True)
    return stream


def with_literal(name, value):
    """A field that no encoder would let pass."""

    def send(wire, head, message):
        stream = wire.begin(head, literals=literal(name, value))
        if not wire.closed:
            wire.data(stream, framed(message), end=True)
        return stream

    return send


def reset_early(wire, head, message):
    """A call that is reset half-way gets nothing; the next on the same connection answers."""
    first = wire.begin(head)
    wire.data(first, framed(message)[:7])
    wire.reset(first)
    second = whole(wire, head, message)
    wire.answer(second)
    if wire.answers[first].blocks:
        raise AssertionError(f"the reset call was answered: {wire.answers[first]}")
    return second


# Expectations.


def served(test, wire, answer):
    """OK, with the answer that the good call gets."""
    test.assertEqual((answer.http_status, answer.grpc_status), ("200", 0))
    test.assertEqual(answer.messages, [(0, test.expected)])


def status(*codes):
    def expect(test, wire, answer):
        test.assertEqual(answer.http_status, "200")
        test.assertIn(answer.grpc_status, codes)
        test.assertEqual(answer.body, b"")
        test.assertTrue(answer.value("grpc-message"))

    return expect


def http(code):
    def expect(test, wire, answer):
        test.assertEqual(answer.http_status, code)
        test.assertEqual(answer.blocks[0][0], (":status", code))

    return expect


def either(*expectations):
    def expect(test, wire, answer):
        faults = []
        for expectation in expectations:
            try:
                return expectation(test, wire, answer)
            except AssertionError as fault:
                faults.append(str(fault))
        raise AssertionError("; ".join(faults))

    return expect


def no_message_of_the_contract(test, wire, answer):
    status(*test.unreadable)(test, wire, answer)


def encodings_are_named(test, wire, answer):
    status(12)(test, wire, answer)
    names = (answer.value("grpc-accept-encoding") or "").replace(" ", "").split(",")
    test.assertLessEqual({"gzip", "deflate"}, set(names))


def stream_error(test, wire, answer):
    """The stream is reset, the connection goes on."""
    test.assertEqual((answer.reset, wire.goaway, wire.closed), (PROTOCOL_ERROR, None, False))


def refused(test, wire, answer):
    gone = answer.reset is not None or wire.goaway is not None or wire.closed
    test.assertTrue(gone or answer.http_status == "431" or answer.grpc_status == 8)


def fields(*pairs, **overrides):
    """Fields beside those of every call; an override replaces one of them."""
    return {"fields": pairs, **overrides}


PLAIN = fields()
TIMEOUT_IS_REFUSED = status(3, 13)

# Name, header fields, sender, expectation.
CASES = (
    ("ok", PLAIN, whole, served),
    ("get_verb", fields(method="GET"), whole, http("405")),
    ("bad_content_type", fields(content_type="application/json"), whole, http("415")),
    ("no_content_type", fields(content_type=None), whole, http("415")),
    ("ct_plus_proto", fields(content_type="application/grpc+proto"), whole, served),
    ("ct_params", fields(content_type="application/grpc;charset=utf-8"), whole, served),
    ("ct_grpcfoo", fields(content_type="application/grpcfoo"), whole, http("415")),
    ("no_te", fields(te=None), whole, either(served, status(13))),
    ("unknown_method", fields(path="{service}/Nothing"), whole, status(12)),
    ("unknown_service", fields(path="/nobody.v1.Service/{method}"), whole, status(12)),
    ("malformed_path", fields(path="/{method}"), whole, status(12)),
    ("no_message", PLAIN, body(lambda message: b""), status(12)),
    ("two_messages", PLAIN, body(lambda message: framed(message) * 2), status(12)),
    ("truncated_lpm", PLAIN, body(lambda message: framed(message)[:-1]), status(13)),
    ("truncated_prefix", PLAIN, body(lambda message: framed(message)[:3]), status(13)),
    ("length_4gib", PLAIN, announced(2**32 - 1), status(8)),
    ("length_5mib", PLAIN, announced(5 << 20), status(8)),
    ("compressed_no_encoding", PLAIN, body(gzipped), status(13)),
    ("flag_2", PLAIN, body(lambda message: framed(message, flag=2)), status(13)),
    ("unknown_encoding", fields(("grpc-encoding", "snappy")), body(gzipped), encodings_are_named),
    ("gzip_ok", fields(("grpc-encoding", "gzip")), body(gzipped), served),
    (
        "gzip_garbage",
        fields(("grpc-encoding", "gzip")),
        body(lambda message: framed(b"\x1f\x8b" + message, flag=1)),
        status(13),
    ),
    ("gzip_bomb_64m", fields(("grpc-encoding", "gzip")), body(bomb), status(8)),
    (
        "bad_protobuf",
        PLAIN,
        body(lambda message: framed(b"\x0a\xff\xff\xff\xff\x0f")),
        no_message_of_the_contract,
    ),
    ("timeout_zero", fields(("grpc-timeout", "0S")), whole, status(4)),
    ("timeout_1n", fields(("grpc-timeout", "1n")), whole, status(4)),
    ("timeout_bad_unit", fields(("grpc-timeout", "5x")), whole, TIMEOUT_IS_REFUSED),
    ("timeout_9digits", fields(("grpc-timeout", "123456789S")), whole, TIMEOUT_IS_REFUSED),
    ("timeout_negative", fields(("grpc-timeout", "-1S")), whole, TIMEOUT_IS_REFUSED),
    ("bin_bad_base64", fields(("x-data-bin", "!!!!")), whole, either(served, status(13))),
    ("bin_padded", fields(("x-data-bin", "q6s=")), whole, served),
    ("bin_unpadded_comma", fields(("x-data-bin", "q6s,q6s")), whole, served),
    ("metadata_9k", fields(("x-data", "v" * 9_216)), whole, served),
    ("metadata_20m", PLAIN, with_literal(b"x-data", b"v" * (20 << 20)), refused),
    ("uppercase_header", PLAIN, with_literal(b"X-Data", b"v"), stream_error),
    ("nul_in_header", PLAIN, with_literal(b"x-data", b"a\0b"), stream_error),
    ("reserved_grpc_header", fields(("grpc-foo", "bar")), whole, served),
    ("byte_by_byte", PLAIN, byte_by_byte, served),
    ("headers_end_stream", PLAIN, head_alone, status(12)),
    ("trailers_from_client", PLAIN, with_trailers, served),
    ("early_reset", PLAIN, reset_early, served),
)


def one_test_for_each_case(cls):
    def add(name, head, send, expect):
        def test(self):
            self.answer_to(head, send, expect)

        setattr(cls, f"test_{name}", test)

    for case in CASES:
        add(*case)
    return cls


class Malformed:
    """What both servers are asked. `path` and `message` make up the good call."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expected = cls.channel.unary_unary(cls.path)(cls.message, timeout=10)

    def answer_to(self, head, send, expect):
        head = dict(head)
        service, _, method = self.path.rpartition("/")
        path = head.pop("path", self.path).format(service=service, method=method)
        before = self.server.resident_bytes()
        self.server.forget_peak()
        with Wire(self.server.port) as wire:
            answer = wire.answer(send(wire, wire.head(path, **head), self.message))
            try:
                expect(self, wire, answer)
            except AssertionError as fault:
                fault.add_note(repr(answer))
                raise
        self.assertLess(self.server.peak_bytes(), before + GROWTH)

    def tearDown(self):
        with Wire(self.server.port) as wire:
            served(self, wire, wire.call(self.path, framed(self.message)))


@one_test_for_each_case
class MalformedEvaluation(Malformed, ServerTestCase):
    path = EVALUATE
    message = example("eligible").SerializeToString()
    unreadable = (3,)


@one_test_for_each_case
class MalformedUnaryCall(Malformed, InteropTestCase):
    path = "/grpc.testing.TestService/UnaryCall"
    message = messages_pb2.SimpleRequest(
        response_size=100, payload=messages_pb2.Payload(body=bytes(50))
    ).SerializeToString()
    unreadable = (3, 13)

"""What no client should send. Each call ends with an error status, or with a report; the server goes
on answering, in memory that does not grow with what it refused."""

import random
import struct
import time

import grpc
import h2.config
import h2.connection
import h2.events
import h2.settings

from harness import EVALUATE, Server, ServerTestCase, eligibility_pb2, example, verdict_pb2

import socket
import unittest

INVALID = grpc.StatusCode.INVALID_ARGUMENT
EXHAUSTED = grpc.StatusCode.RESOURCE_EXHAUSTED
UNIMPLEMENTED = grpc.StatusCode.UNIMPLEMENTED


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, content):
    """A length-delimited field."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def nested(levels, number):
    content = b""
    for _ in range(levels):
        content = field(number, content)
    return content


class HostileMessages(ServerTestCase):
    def refused(self, request, *codes):
        error = self.fails(request)
        self.assertIn(error.code(), codes or (INVALID,), error.details())
        self.assertTrue(error.details())
        return error

    def reported(self, request):
        """What is only unknown is answered, and listed."""
        answer = eligibility_pb2.EvaluateResponse.FromString(self.raw(request, timeout=20))
        self.assertIn("UNKNOWN_FIELD", {i.reason for i in answer.verdict.data_issues})

    def tearDown(self):
        self.assertServes()

    def test_deep_nesting_in_unknown_fields(self):
        good = example("eligible").SerializeToString()
        deep = nested(10_000, 3_000)
        self.assertGreater(len(deep), 30_000)
        self.reported(good + deep)
        # The same within the snapshot, and as groups, which no proto3 message has.
        request = example("eligible")
        inner = request.snapshot.SerializeToString() + deep
        request.ClearField("snapshot")
        self.reported(field(1, inner) + request.SerializeToString())
        self.refused(good + b"\x9b\x06" * 15_000)

    def test_nesting_of_known_fields_that_the_contract_does_not_have(self):
        # A snapshot in a snapshot in a ...: field 1 of a snapshot is a text.
        self.refused(nested(10_000, 1))

    def test_duplicate_sub_messages(self):
        # 320 KB: merging them is quadratic in libprotobuf-c.
        good = example("eligible").SerializeToString()
        self.refused(good + field(1, b"") * 160_000)
        snapshot = example("eligible").snapshot.SerializeToString()
        error = self.refused(field(1, snapshot) + field(1, snapshot))
        self.assertIn("snapshot", error.details())

    def test_empty_sub_messages(self):
        # 2 MB of empty observations: each costs a struct of many times its length.
        self.refused(field(1, field(2, b"") * 1_000_000), INVALID, EXHAUSTED)

    def test_too_many_facts(self):
        request = example("eligible")
        attestation = request.snapshot.attestations[0]
        for index in range(5_000):
            request.snapshot.attestations.add().CopyFrom(attestation)
            request.snapshot.attestations[-1].id = f"a{index}"
        error = self.refused(request.SerializeToString())
        self.assertIn("TOO_MANY_FACTS", error.details())

    def test_texts_that_are_no_text(self):
        for content, reason in ((b"\xc3\x28", "UTF8"), (b"\xed\xa0\x80", "UTF8"), (b"a\0b", "NUL")):
            with self.subTest(content):
                request = example("eligible")
                request.ClearField("request_ref")
                error = self.refused(request.SerializeToString() + field(15, content))
                self.assertIn("request_ref", error.details())
                self.assertIn(reason, error.details())

    def test_decimals_that_are_none(self):
        for text in ("NaN", "1e5", "", "Infinity", "0x10", "1.", ".5", "+1", " 1", "1" * 35, "--1"):
            with self.subTest(text):
                request = example("eligible")
                request.snapshot.observations[0].quantity.value = text
                error = self.refused(request.SerializeToString())
                self.assertIn("snapshot.observations[0].quantity.value", error.details())
                self.assertIn("DECIMAL_", error.details())

    def test_truncations_of_a_message(self):
        good = example("eligible").SerializeToString()
        choice = random.Random(20240417)
        for length in sorted(choice.sample(range(len(good)), 60)):
            with self.subTest(length):
                self.refused(good[:length])

    def test_garbage(self):
        choice = random.Random(6373081)
        for length in (1, 2, 3, 10, 100, 1_000, 100_000):
            for _ in range(5):
                with self.subTest(length):
                    self.refused(choice.randbytes(length), INVALID, EXHAUSTED)
        good = bytearray(example("eligible").SerializeToString())
        for _ in range(200):
            flipped = bytearray(good)
            for _ in range(choice.randrange(1, 4)):
                flipped[choice.randrange(len(good))] ^= 1 << choice.randrange(8)
            try:
                self.raw(bytes(flipped), timeout=20)
            except grpc.RpcError as error:
                self.assertIn(
                    error.code(), (INVALID, EXHAUSTED, grpc.StatusCode.NOT_FOUND), error.details()
                )

    def test_oversized_messages(self):
        good = example("eligible")
        good.request_ref = "r" * (5 << 20)
        error = self.fails(good.SerializeToString())
        self.assertEqual(error.code(), EXHAUSTED)
        self.assertIn("4194304", error.details())

    def test_cost_is_linear_in_the_length(self):
        """The time of twice the bytes is about twice the time: no more than four times here."""
        for make in (
            lambda n: example("eligible").SerializeToString() + field(1, b"") * n,
            lambda n: field(1, field(2, b"") * n),
            lambda n: nested(n // 10, 3_000),
        ):
            times = []
            for count in (40_000, 320_000):
                request = make(count)
                best = min(self.timed(request) for _ in range(5))
                times.append(best)
            self.assertLess(times[1], max(times[0], 0.002) * 8 * 4)

    def timed(self, request):
        begin = time.perf_counter()
        try:
            self.raw(request, timeout=20)
        except grpc.RpcError:
            pass
        return time.perf_counter() - begin

    def test_memory_stays_flat_under_refusals(self):
        attacks = [
            field(1, field(2, b"") * 1_000_000),
            example("eligible").SerializeToString() + field(1, b"") * 160_000,
            nested(10_000, 3_000),
        ]
        for attack in attacks * 5:
            self.fails(attack)
        before = self.server.resident_bytes()
        for attack in attacks * 30:
            self.fails(attack)
        self.assertLess(self.server.resident_bytes(), before + (24 << 20))


class HostileCalls(ServerTestCase):
    def tearDown(self):
        self.assertServes()

    def test_unknown_methods(self):
        for path in (
            "/trialgate.v1.EligibilityService/Nothing",
            "/nobody.v1.Service/Evaluate",
            "/",
            "/trialgate.v1.EligibilityService/",
        ):
            with self.subTest(path):
                with self.assertRaises(grpc.RpcError) as caught:
                    self.channel.unary_unary(path)(b"", timeout=10)
                self.assertEqual(caught.exception.code(), UNIMPLEMENTED)

    def test_required_fields_are_named_all_at_once(self):
        error = self.fails(b"")
        self.assertEqual(error.code(), INVALID)
        self.assertIn("snapshot", error.details())
        self.assertIn("stage", error.details())

    def test_what_does_not_exist_is_not_found(self):
        for name, value in (
            ("trial", "nct00000000"),
            ("protocol_version", "2000-01-01"),
            ("site", "nowhere"),
            ("site_revision", "99"),
        ):
            with self.subTest(name):
                request = example("eligible")
                setattr(request, name, value)
                error = self.fails(request.SerializeToString())
                self.assertEqual(error.code(), grpc.StatusCode.NOT_FOUND)
                self.assertIn(name, error.details())
                self.assertNotIn(value, error.details())

    def test_a_deadline_that_has_passed(self):
        with self.assertRaises(grpc.RpcError) as caught:
            self.stub.Evaluate(example("eligible"), timeout=1e-9)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.DEADLINE_EXCEEDED)

    def test_a_thousand_concurrent_calls(self):
        request = example("eligible").SerializeToString()
        expected = self.raw(request)
        calls = [self.raw.future(request, timeout=60) for _ in range(1_000)]
        self.assertEqual({call.result() for call in calls}, {expected})

    def test_cancelled_calls_leave_nothing_behind(self):
        request = example("eligible").SerializeToString()
        for _ in range(300):
            self.raw.future(request, timeout=60).cancel()
        self.assertServes()

    def test_the_log_holds_nothing_of_the_patient(self):
        request = example("eligible")
        request.snapshot.patient_ref = "secret-pseudonym"
        request.request_ref = "secret-reference"
        self.stub.Evaluate(request)
        self.fails(request.SerializeToString()[:-3])
        self.assertNotIn("secret", self.server.output())


class Peer:
    """A hand-driven HTTP/2 client."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.connection = h2.connection.H2Connection(
            h2.config.H2Configuration(header_encoding="utf-8", validate_outbound_headers=False)
        )
        self.connection.initiate_connection()
        self.flush()
        self.events = []

    def flush(self):
        self.socket.sendall(self.connection.data_to_send())

    def request(self, headers=(), body=None, end=True, **overrides):
        """Begins a request; an override of None leaves a header out."""
        fields = {
            ":method": "POST",
            ":scheme": "http",
            ":path": EVALUATE,
            ":authority": "localhost",
            "content-type": "application/grpc",
            "te": "trailers",
        }
        for name, value in overrides.items():
            fields[{"method": ":method", "path": ":path"}.get(name, name.replace("_", "-"))] = value
        stream = self.connection.get_next_available_stream_id()
        self.connection.send_headers(
            stream,
            [(n, v) for n, v in fields.items() if v is not None] + list(headers),
            end_stream=body is None and end,
        )
        if body is not None:
            for start in range(0, len(body), 16_000):
                self.connection.send_data(stream, body[start : start + 16_000])
            if end:
                self.connection.end_stream(stream)
        self.flush()
        return stream

    def answer(self, stream):
        """Headers of the answer and of its trailers, its body, and the error it was reset with."""
        headers, body, reset = {}, b"", None
        while True:
            for event in self.events:
                if getattr(event, "stream_id", None) != stream:
                    continue
                if isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)):
                    headers.update(event.headers)
                elif isinstance(event, h2.events.DataReceived):
                    body += event.data
                    self.connection.acknowledge_received_data(event.flow_controlled_length, stream)
                elif isinstance(event, h2.events.StreamReset):
                    reset = event.error_code
                if isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset)):
                    self.events = []
                    return headers, body, reset
            self.events = []
            self.flush()
            data = self.socket.recv(65_536)
            if not data:
                return headers, body, "closed"
            self.events = self.connection.receive_data(data)
            self.flush()

    def read_farewell(self):
        """Reads a GOAWAY and goes on: the client library takes it for the end, HTTP/2 does not."""
        self.connection.receive_data(self.socket.recv(65_536))
        self.connection.state_machine.state = h2.connection.ConnectionState.CLIENT_OPEN

    def close(self):
        self.socket.close()


def framed(message, flag=0):
    return struct.pack(">BI", flag, len(message)) + message


class HostileFrames(ServerTestCase):
    def setUp(self):
        self.peer = Peer(self.server.port)
        self.addCleanup(self.peer.close)

    def tearDown(self):
        self.assertServes()

    def status(self, **request):
        headers, body, reset = self.peer.answer(self.peer.request(**request))
        self.assertEqual(headers.get(":status"), "200", (headers, reset))
        self.assertEqual(body, b"")
        return headers.get("grpc-status"), headers.get("grpc-message", "")

    def test_a_good_call(self):
        message = example("eligible").SerializeToString()
        headers, body, reset = self.peer.answer(self.peer.request(body=framed(message)))
        self.assertIsNone(reset)
        self.assertEqual(headers["content-type"], "application/grpc")
        self.assertEqual(headers["grpc-status"], "0")
        self.assertEqual(struct.unpack(">BI", body[:5]), (0, len(body) - 5))
        answer = eligibility_pb2.EvaluateResponse.FromString(body[5:])
        self.assertEqual(answer.verdict.outcome, verdict_pb2.OUTCOME_ELIGIBLE)

    def test_bodies_that_are_no_message(self):
        good = example("eligible").SerializeToString()
        for body, codes in (
            (b"", ("12", "13")),
            (b"\0\0", ("13",)),
            (framed(good)[:-1], ("13",)),
            (framed(good) + framed(good), ("12", "13")),
            (framed(good) + b"\0", ("12", "13")),
            (framed(good, flag=1), ("12", "13")),
            (framed(good, flag=2), ("13",)),
            (b"\0\xff\xff\xff\xff", ("8",)),
        ):
            with self.subTest(body[:8]):
                status, message = self.status(body=body)
                self.assertIn(status, codes, message)

    def test_heads_that_are_no_call(self):
        for overrides, expected in (
            ({"method": "GET"}, "405"),
            ({"method": "PUT"}, "405"),
            ({"content_type": "application/json"}, "415"),
            ({"content_type": None}, "415"),
            ({"content_type": "application/grpcx"}, "415"),
        ):
            with self.subTest(overrides):
                headers, _, _ = self.peer.answer(self.peer.request(body=b"", **overrides))
                self.assertEqual(headers.get(":status"), expected)

    def test_timeouts(self):
        good = framed(example("eligible").SerializeToString())
        for text in ("", "S", "5", "123456789S", "-1S", "5x", "1.5S"):
            with self.subTest(text):
                status, _ = self.status(headers=[("grpc-timeout", text)], body=good)
                self.assertEqual(status, "3")
        status, _ = self.status(headers=[("grpc-timeout", "0n")], body=good)
        self.assertEqual(status, "4")
        headers, _, _ = self.peer.answer(
            self.peer.request(headers=[("grpc-timeout", "99999999H")], body=good)
        )
        self.assertEqual(headers["grpc-status"], "0")

    def test_a_call_that_is_never_finished_ends_at_its_deadline(self):
        stream = self.peer.request(headers=[("grpc-timeout", "200m")], body=b"\0\0", end=False)
        headers, _, _ = self.peer.answer(stream)
        self.assertEqual(headers["grpc-status"], "4")

    def test_compressed_messages_are_refused_by_name(self):
        headers, _, _ = self.peer.answer(
            self.peer.request(headers=[("grpc-encoding", "snappy")], body=framed(b"", flag=1))
        )
        self.assertEqual(headers["grpc-status"], "12")
        self.assertIn("grpc-accept-encoding", headers)

    def test_header_lists_beyond_the_limit(self):
        good = framed(example("eligible").SerializeToString())
        for headers in (
            [(f"x-{i}", "v") for i in range(80)],
            [(f"x-{i}", "v" * 4_000) for i in range(6)],
        ):
            peer = Peer(self.server.port)
            answer, _, reset = peer.answer(peer.request(headers=headers, body=good))
            peer.close()
            self.assertTrue(reset is not None or answer.get(":status") == "431", (answer, reset))

    def test_health(self):
        headers, body, _ = self.peer.answer(
            self.peer.request(method="GET", path="/healthz", content_type=None, te=None)
        )
        self.assertEqual((headers[":status"], body), ("200", b"ok\n"))

    def test_bytes_that_are_no_http2(self):
        choice = random.Random(7)
        for opening in (
            b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100),
            choice.randbytes(1_000),
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + choice.randbytes(1_000),
        ):
            with self.subTest(opening[:12]):
                with socket.create_connection(("127.0.0.1", self.server.port), timeout=10) as raw:
                    raw.sendall(opening)
                    while raw.recv(65_536):
                        pass

    def test_a_peer_that_does_not_read_is_held_within_bounds(self):
        """Thousands of calls without reading one answer: the server stops reading, too."""
        message = framed(example("eligible").SerializeToString())
        before = self.server.resident_bytes()
        self.peer.connection.update_settings(
            {h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 2**31 - 1}
        )
        self.peer.flush()
        self.peer.connection.increment_flow_control_window(2**30)
        self.peer.socket.settimeout(1)
        sent = 0
        try:
            for sent in range(5_000):
                # A new connection state each time would be honest HTTP/2; here only the bytes count.
                stream = self.peer.connection.get_next_available_stream_id()
                self.peer.connection.send_headers(
                    stream,
                    [
                        (":method", "POST"),
                        (":scheme", "http"),
                        (":path", EVALUATE),
                        (":authority", "localhost"),
                        ("content-type", "application/grpc"),
                        ("te", "trailers"),
                    ],
                )
                window = self.peer.connection.local_flow_control_window(stream)
                if window < len(message):
                    break
                self.peer.connection.send_data(stream, message, end_stream=True)
                self.peer.flush()
        except (OSError, h2.exceptions.TooManyStreamsError):
            pass
        self.assertGreater(sent, 0)
        self.assertServes()
        self.assertLess(self.server.resident_bytes(), before + (64 << 20))


class Limits(unittest.TestCase):
    def test_the_message_limit_is_a_flag(self):
        server = Server("--max-message", "2048")
        try:
            with grpc.insecure_channel(server.address) as channel:
                with self.assertRaises(grpc.RpcError) as caught:
                    channel.unary_unary(EVALUATE)(bytes(2_049), timeout=10)
                self.assertEqual(caught.exception.code(), EXHAUSTED)
        finally:
            self.assertEqual(server.stop(), 0)

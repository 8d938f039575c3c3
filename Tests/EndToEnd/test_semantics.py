"""What gRPC promises beyond the bytes: error details, metadata, compression, deadlines, unix sockets."""

import base64
import random
import time
import unittest
import urllib.parse

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from harness import (
    EVALUATE,
    InteropTestCase,
    Server,
    ServerTestCase,
    example,
    messages_pb2,
    service_pb2_grpc,
    verdict_pb2,
)
from test_interop import ALGORITHMS, SPECIAL_MESSAGE, TRAILING, Requests, simple_request
from test_stream import item
from wire import Wire, framed

UNARY = "/grpc.testing.TestService/UnaryCall"


class ErrorDetails(ServerTestCase):
    def detail(self, status, kind):
        """The one detail of this type."""
        packed = [detail for detail in status.details if detail.Is(kind.DESCRIPTOR)]
        self.assertEqual(len(packed), 1, status)
        found = kind()
        self.assertTrue(packed[0].Unpack(found))
        return found

    def test_wrong_fields_are_named_without_their_values(self):
        request = example("eligible")
        request.snapshot.observations[0].quantity.value = "1e5secret"
        request.index_date = "secret-date"
        error = self.fails(request.SerializeToString())
        status = rpc_status.from_call(error)
        self.assertIsNotNone(status)
        self.assertEqual((status.code, status.message), (3, error.details()))
        violations = self.detail(status, error_details_pb2.BadRequest).field_violations
        self.assertEqual(
            sorted(violation.field for violation in violations),
            ["index_date", "snapshot.observations[0].quantity.value"],
        )
        for violation in violations:
            self.assertTrue(violation.description)
        info = self.detail(status, error_details_pb2.ErrorInfo)
        self.assertEqual(info.domain, "trialgate")
        self.assertRegex(info.reason, "^[A-Z][A-Z0-9_]+$")
        for key, value in error.trailing_metadata():
            with self.subTest(key):
                self.assertNotIn(b"secret", value if isinstance(value, bytes) else value.encode())

    def test_details_say_what_an_item_of_a_stream_says(self):
        request = example("eligible")
        request.snapshot.observations[0].quantity.value = "1e5"
        status = rpc_status.from_call(self.fails(request.SerializeToString()))
        (answer,) = self.stub.EvaluateStream(iter([item("i", request)]), timeout=10)
        info = self.detail(status, error_details_pb2.ErrorInfo)
        self.assertEqual(info.reason, answer.error.reason)
        violations = self.detail(status, error_details_pb2.BadRequest).field_violations
        self.assertEqual(
            [v.description for v in violations],
            [v.description for v in answer.error.field_violations],
        )

    def test_what_is_not_found_has_a_reason(self):
        request = example("eligible")
        request.trial = "nct00000000"
        error = self.fails(request.SerializeToString())
        status = rpc_status.from_call(error)
        self.assertIsNotNone(status)
        self.assertEqual((status.code, status.message), (5, error.details()))
        info = self.detail(status, error_details_pb2.ErrorInfo)
        self.assertEqual(info.domain, "trialgate")
        self.assertRegex(info.reason, "^[A-Z][A-Z0-9_]+$")
        self.assertNotIn(b"nct00000000", status.SerializeToString())

    def test_a_good_call_has_no_details(self):
        _, call = self.stub.Evaluate.with_call(example("eligible"), timeout=10)
        self.assertIsNone(rpc_status.from_call(call))


class Metadata(InteropTestCase):
    def echoed(self, *values):
        """The binary values that come back when these are sent, as they stand on the wire."""
        with Wire(self.server.port) as wire:
            answer = wire.call(UNARY, framed(b""), [(TRAILING, value) for value in values])
        self.assertEqual(answer.grpc_status, 0, answer)
        texts = [part for value in answer.values(TRAILING) for part in value.split(",")]
        return [base64.b64decode(text + "=" * (-len(text) % 4), validate=True) for text in texts]

    def test_binary_values_padded_unpadded_and_joined(self):
        for values, expected in (
            (["q6ur"], [b"\xab\xab\xab"]),
            (["q6s="], [b"\xab\xab"]),
            (["q6s"], [b"\xab\xab"]),
            (["qw=="], [b"\xab"]),
            (["qw"], [b"\xab"]),
            (["q6s,qw"], [b"\xab\xab", b"\xab"]),
            (["q6s=,qw==,q6ur"], [b"\xab\xab", b"\xab", b"\xab\xab\xab"]),
            (["q6s=", "qw"], [b"\xab\xab", b"\xab"]),
        ):
            with self.subTest(values):
                self.assertEqual(self.echoed(*values), expected)

    def test_every_byte_of_a_binary_value_survives(self):
        for length in range(4):
            value = bytes(range(256)) + bytes(length)
            _, call = self.stub.UnaryCall.with_call(
                simple_request(0, 0), metadata=((TRAILING, value),), timeout=10
            )
            self.assertIn((TRAILING, value), [tuple(pair) for pair in call.trailing_metadata()])

    def test_messages_are_percent_encoded(self):
        for message in (SPECIAL_MESSAGE, "100% %41 %", "%", "plain text, ~!"):
            with self.subTest(message):
                status = messages_pb2.EchoStatus(code=2, message=message)
                request = messages_pb2.SimpleRequest(response_status=status)
                with Wire(self.server.port) as wire:
                    answer = wire.call(UNARY, framed(request.SerializeToString()))
                self.assertEqual(answer.grpc_status, 2)
                encoded = answer.value("grpc-message")
                self.assertRegex(encoded, r"^([ -$&-~]|%[0-9A-F]{2})*$")
                self.assertEqual(urllib.parse.unquote(encoded, errors="strict"), message)


class Compression(ServerTestCase):
    def test_compressed_requests_get_the_same_bytes(self):
        request = example("eligible").SerializeToString()
        expected = self.raw(request, timeout=10)
        for name, algorithm in ALGORITHMS.items():
            with self.subTest(name):
                self.assertEqual(self.raw(request, compression=algorithm, timeout=10), expected)

    def test_the_limit_holds_after_inflating(self):
        """100 kB that inflate to 8 MiB are as long as 8 MiB."""
        message = random.Random(8).randbytes(90_000)
        message += bytes((8 << 20) - len(message))
        for name, algorithm in ALGORITHMS.items():
            with self.subTest(name):
                before = self.server.resident_bytes()
                self.server.forget_peak()
                self.assertFails(
                    grpc.StatusCode.RESOURCE_EXHAUSTED,
                    lambda: self.raw(message, compression=algorithm, timeout=10),
                )
                self.assertLess(self.server.peak_bytes(), before + (16 << 20))
                self.assertServes()


class CompressionOfPayloads(InteropTestCase):
    def test_a_message_just_within_the_limit_is_taken(self):
        """A payload that fills the limit to the byte, and one that is a byte longer."""
        limit = 4 << 20
        fitting = simple_request(limit - 100, 1)
        fitting.payload.body += bytes(limit - fitting.ByteSize())
        self.assertEqual(fitting.ByteSize(), limit)
        longer = simple_request(len(fitting.payload.body) + 1, 1)
        for name, algorithm in {"identity": None, **ALGORITHMS}.items():
            with self.subTest(name):
                answer = self.stub.UnaryCall(fitting, compression=algorithm, timeout=20)
                self.assertEqual(answer.payload.body, b"\0")
                self.assertFails(
                    grpc.StatusCode.RESOURCE_EXHAUSTED,
                    lambda: self.stub.UnaryCall(longer, compression=algorithm, timeout=20),
                )
        self.assertServes()


class UnixSocket(unittest.TestCase):
    def test_a_server_on_a_unix_socket_answers(self):
        server = Server(unix=True)
        self.addCleanup(server.stop)
        self.assertRegex(server.address, "^unix:/")
        with grpc.insecure_channel(server.address) as channel:
            stub = service_pb2_grpc.EligibilityServiceStub(channel)
            for name in ("ELIGIBLE", "INELIGIBLE", "UNDETERMINED"):
                answer = stub.Evaluate(example(name.lower()), timeout=10)
                self.assertEqual(
                    verdict_pb2.Outcome.Name(answer.verdict.outcome), f"OUTCOME_{name}"
                )
        self.assertEqual(server.stop(), 0)


class Deadlines(unittest.TestCase):
    def channel(self, *options):
        server = Server(*options)
        self.addCleanup(server.stop)
        channel = grpc.insecure_channel(server.address)
        self.addCleanup(channel.close)
        # The connection's own time is not to count.
        grpc.channel_ready_future(channel).result(timeout=10)
        return channel

    def assertEnds(self, call, least, most):
        """The call ends with DEADLINE_EXCEEDED after so many seconds."""
        begin = time.monotonic()
        with self.assertRaises(grpc.RpcError) as caught:
            call()
        seconds = time.monotonic() - begin
        self.assertEqual(caught.exception.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
        self.assertGreaterEqual(seconds, least)
        self.assertLess(seconds, most)

    def unfinished(self, channel, timeout=None):
        """A unary call whose request never comes. Its end is awaited for a while only."""
        requests = Requests()
        self.addCleanup(requests.put, None)
        call = channel.stream_unary(EVALUATE).future(iter(requests), timeout=timeout)
        self.addCleanup(call.cancel)
        call.result(timeout=5)

    def test_a_call_without_a_deadline_has_the_default(self):
        channel = self.channel("--default-deadline", "400")
        self.assertEnds(lambda: self.unfinished(channel), 0.35, 3)

    def test_a_deadline_of_the_client_goes_before_the_default(self):
        channel = self.channel("--default-deadline", "200")
        self.assertEnds(lambda: self.unfinished(channel, timeout=1), 0.95, 3)

    def test_no_deadline_is_beyond_the_longest(self):
        channel = self.channel("--max-deadline", "400")
        self.assertEnds(lambda: self.unfinished(channel, timeout=20), 0.35, 3)

    def test_a_stream_without_messages_ends(self):
        channel = self.channel("--stream-idle", "1")
        stub = service_pb2_grpc.EligibilityServiceStub(channel)
        requests = Requests()
        self.addCleanup(requests.put, None)
        call = stub.EvaluateStream(iter(requests), timeout=20)
        self.assertEnds(lambda: next(call), 0.95, 3)

    def test_a_message_gives_a_stream_its_time_anew(self):
        channel = self.channel("--stream-idle", "1")
        stub = service_pb2_grpc.EligibilityServiceStub(channel)
        requests = Requests()
        self.addCleanup(requests.put, None)
        call = stub.EvaluateStream(iter(requests), timeout=20)
        for index in range(5):
            # The time itself is what is tested.
            time.sleep(0.5)
            requests.put(item(str(index), example("eligible")))
            self.assertEqual(next(call).item_id, str(index))
        self.assertEnds(lambda: next(call), 0.95, 3)

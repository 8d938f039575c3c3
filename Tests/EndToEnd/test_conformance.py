"""What ConnectRPC's conformance suite asks of a gRPC server, by the names of its parts."""

import select
import subprocess
import time
import unittest

import grpc
from google.protobuf import any_pb2
from google.rpc import status_pb2

from harness import (
    CONFORMANCE_BINARY,
    ConformanceServer,
    SharedServerTestCase,
    conformance_pb2 as pb,
    conformance_pb2_grpc,
)
from test_tls import EncryptedTestCase
from wire import Wire, framed

SERVICE = "/connectrpc.conformance.v1.ConformanceService/"
DATA = b"test response"
TYPE_URL = "type.googleapis.com/connectrpc.conformance.v1."
HEADERS = (("x-custom-header", "foo"), ("x-binary-bin", "\0\1\xfe"), ("x-twice", "a"), ("x-twice", "b"))
COMPRESSIONS = (grpc.Compression.NoCompression, grpc.Compression.Gzip, grpc.Compression.Deflate)


def header(name, *values):
    return pb.Header(name=name, value=values)


RESPONSE_HEADERS = [header("X-Custom-Header", "foo", "bar"), header("x-response-bin", "AAH+")]
RESPONSE_TRAILERS = [header("x-custom-trailer", "bing", "bong"), header("x-last-bin", "/w==")]


def metadata(fields):
    """Metadata as (name, [values]) of the names that begin with x-."""
    found = {}
    for name, value in fields:
        if name.startswith("x-"):
            found.setdefault(name, []).append(value)
    return found


HEADERS_SEEN = {"x-custom-header": ["foo", "bar"], "x-response-bin": [b"\x00\x01\xfe"]}
TRAILERS_SEEN = {"x-custom-trailer": ["bing", "bong"], "x-last-bin": [b"\xff"]}


def packed(message):
    return any_pb2.Any(
        type_url=TYPE_URL + type(message).DESCRIPTOR.name, value=message.SerializeToString()
    )


def unary_definition(**fields):
    return pb.UnaryResponseDefinition(
        response_headers=RESPONSE_HEADERS, response_trailers=RESPONSE_TRAILERS, **fields
    )


def stream_definition(*data, **fields):
    return pb.StreamResponseDefinition(
        response_headers=RESPONSE_HEADERS,
        response_trailers=RESPONSE_TRAILERS,
        response_data=data,
        **fields,
    )


class ConformanceTestCase(SharedServerTestCase):
    launch = ConformanceServer

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stub = conformance_pb2_grpc.ConformanceServiceStub(cls.channel)

    def assertInfo(self, info, requests, headers=HEADERS, timeout=None):
        self.assertEqual(list(info.requests), [packed(request) for request in requests])
        seen = {field.name: list(field.value) for field in info.request_headers}
        self.assertEqual(seen.get("x-custom-header"), ["foo"] if headers else None)
        if headers:
            self.assertEqual(seen["x-twice"], ["a", "b"])
            self.assertEqual(seen["x-binary-bin"], ["AAH+"])
        if timeout is None:
            self.assertEqual(info.WhichOneof("optional_timeout_ms"), None)
        else:
            # The client rounds what is left to a coarse unit.
            self.assertAlmostEqual(info.timeout_ms, timeout, delta=0.05 * timeout)

    def assertMetadata(self, call):
        self.assertEqual(metadata(call.initial_metadata()), HEADERS_SEEN)
        self.assertEqual(metadata(call.trailing_metadata()), TRAILERS_SEEN)


FIELDS = tuple((n, v.encode("latin-1") if n.endswith("-bin") else v) for n, v in HEADERS)


class Basic(ConformanceTestCase):
    """Basic, Duplicate Metadata, Server Empty Requests; each with every compression."""

    def each(self, check):
        for compression in COMPRESSIONS:
            with self.subTest(compression):
                check(metadata=FIELDS, compression=compression, timeout=20)

    def test_unary(self):
        request = pb.UnaryRequest(response_definition=unary_definition(response_data=DATA))

        def check(**options):
            answer, call = self.stub.Unary.with_call(request, **options)
            self.assertEqual(answer.payload.data, DATA)
            self.assertInfo(answer.payload.request_info, [request], timeout=20_000)
            self.assertMetadata(call)

        self.each(check)

    def test_unary_without_a_definition(self):
        for request in (pb.UnaryRequest(), pb.UnaryRequest(request_data=b"more")):
            answer, call = self.stub.Unary.with_call(request, metadata=FIELDS)
            self.assertEqual(answer.payload.data, b"")
            self.assertInfo(answer.payload.request_info, [request])
            self.assertEqual(metadata(call.initial_metadata()), {})
            self.assertEqual(metadata(call.trailing_metadata()), {})

    def test_client_stream(self):
        requests = [
            pb.ClientStreamRequest(response_definition=unary_definition(response_data=DATA)),
            pb.ClientStreamRequest(
                response_definition=unary_definition(response_data=b"ignored"), request_data=b"two"
            ),
            pb.ClientStreamRequest(request_data=b"three"),
        ]

        def check(**options):
            answer, call = self.stub.ClientStream.with_call(iter(requests), **options)
            self.assertEqual(answer.payload.data, DATA)
            self.assertInfo(answer.payload.request_info, requests, timeout=20_000)
            self.assertMetadata(call)

        self.each(check)

    def test_client_stream_of_nothing(self):
        answer, _ = self.stub.ClientStream.with_call(iter([]), metadata=FIELDS)
        self.assertEqual(answer.payload.data, b"")
        self.assertInfo(answer.payload.request_info, [])
        request = pb.ClientStreamRequest()
        answer, _ = self.stub.ClientStream.with_call(iter([request]), metadata=FIELDS)
        self.assertInfo(answer.payload.request_info, [request])

    def test_server_stream(self):
        request = pb.ServerStreamRequest(response_definition=stream_definition(b"one", b"", b"three"))

        def check(**options):
            call = self.stub.ServerStream(request, **options)
            answers = list(call)
            self.assertEqual([a.payload.data for a in answers], [b"one", b"", b"three"])
            self.assertInfo(answers[0].payload.request_info, [request], timeout=20_000)
            self.assertFalse(any(a.payload.HasField("request_info") for a in answers[1:]))
            self.assertMetadata(call)

        self.each(check)

    def test_server_stream_of_nothing(self):
        for definition in (None, stream_definition()):
            call = self.stub.ServerStream(pb.ServerStreamRequest(response_definition=definition))
            self.assertEqual(list(call), [])
            self.assertEqual(call.code(), grpc.StatusCode.OK)
            if definition:
                self.assertMetadata(call)

    def bidi(self, definition, full_duplex, count=3):
        first = pb.BidiStreamRequest(response_definition=definition, full_duplex=full_duplex)
        rest = [pb.BidiStreamRequest(request_data=bytes([i])) for i in range(1, count)]
        return [first, *rest]

    def test_half_duplex(self):
        requests = self.bidi(stream_definition(b"one", b"two"), False)

        def check(**options):
            call = self.stub.BidiStream(iter(requests), **options)
            answers = list(call)
            self.assertEqual([a.payload.data for a in answers], [b"one", b"two"])
            self.assertInfo(answers[0].payload.request_info, requests, timeout=20_000)
            self.assertFalse(answers[1].payload.HasField("request_info"))
            self.assertMetadata(call)

        self.each(check)

    def test_full_duplex(self):
        """One answer behind each request; those that are left come when the requests have ended."""
        requests = self.bidi(stream_definition(b"one", b"two", b"three", b"four"), True)

        def check(**options):
            call = self.stub.BidiStream(iter(requests), **options)
            answers = list(call)
            self.assertEqual(
                [a.payload.data for a in answers], [b"one", b"two", b"three", b"four"]
            )
            self.assertInfo(answers[0].payload.request_info, requests[:1], timeout=20_000)
            for answer, request in zip(answers[1:], requests[1:]):
                info = answer.payload.request_info
                self.assertEqual(list(info.requests), [packed(request)])
                self.assertEqual(len(info.request_headers), 0)
            self.assertFalse(answers[3].payload.HasField("request_info"))
            self.assertMetadata(call)

        self.each(check)

    def test_full_duplex_with_fewer_answers_than_requests(self):
        failure = pb.Error(code=9, message="no more")
        for definition, code in (
            (stream_definition(b"one"), grpc.StatusCode.OK),
            (stream_definition(b"one", error=failure), grpc.StatusCode.FAILED_PRECONDITION),
        ):
            call = self.stub.BidiStream(iter(self.bidi(definition, True)))
            seen = []
            try:
                for answer in call:
                    seen.append(answer.payload.data)
            except grpc.RpcError:
                pass
            self.assertEqual((seen, call.code()), ([b"one"], code))

    def test_bidi_of_nothing(self):
        for requests in ([], [pb.BidiStreamRequest()]):
            call = self.stub.BidiStream(iter(requests))
            self.assertEqual((list(call), call.code()), ([], grpc.StatusCode.OK))

    def test_unimplemented(self):
        error = self.assertFails(
            grpc.StatusCode.UNIMPLEMENTED,
            lambda: self.stub.Unimplemented(pb.UnimplementedRequest()),
        )
        self.assertTrue(error.details())


class Errors(ConformanceTestCase):
    """Errors: every code, with and without a text, details, and the server's RequestInfo among them."""

    def details(self, call):
        """The status behind the trailers; its code and text must be the call's."""
        (raw,) = [v for n, v in call.trailing_metadata() if n == "grpc-status-details-bin"]
        status = status_pb2.Status.FromString(raw)
        self.assertEqual((status.code, status.message), (call.code().value[0], call.details()))
        return list(status.details)

    def calls(self, error):
        """The same failure of each method, as (call, requests, whether answers came before it)."""
        unary = pb.UnaryRequest(response_definition=unary_definition(error=error))
        client = pb.ClientStreamRequest(response_definition=unary_definition(error=error))
        none, some = stream_definition(error=error), stream_definition(DATA, error=error)
        yield self.stub.Unary.future(unary, metadata=FIELDS), [unary], False
        yield self.stub.ClientStream.future(iter([client]), metadata=FIELDS), [client], False
        for definition, has_answers in ((none, False), (some, True)):
            server = pb.ServerStreamRequest(response_definition=definition)
            yield self.stub.ServerStream(server, metadata=FIELDS), [server], has_answers
            for full_duplex in (False, True):
                bidi = pb.BidiStreamRequest(
                    response_definition=definition, full_duplex=full_duplex
                )
                yield self.stub.BidiStream(iter([bidi]), metadata=FIELDS), [bidi], has_answers

    def assertFailure(self, error):
        codes = {code.value[0]: code for code in grpc.StatusCode}
        for call, requests, has_answers in self.calls(error):
            answers = []
            with self.assertRaises(grpc.RpcError):
                has_one = isinstance(requests[0], (pb.UnaryRequest, pb.ClientStreamRequest))
                for answer in [call.result()] if has_one else call:
                    answers.append(answer)
            self.assertEqual(len(answers), int(has_answers))
            self.assertEqual(call.code(), codes[error.code])
            self.assertEqual(call.details(), error.message)
            self.assertEqual(metadata(call.initial_metadata()), HEADERS_SEEN)
            self.assertEqual(metadata(call.trailing_metadata()), TRAILERS_SEEN)
            wanted = list(error.details)
            if has_answers and not wanted:
                names = [name for name, _ in call.trailing_metadata()]
                self.assertNotIn("grpc-status-details-bin", names)
                continue
            details = self.details(call)
            self.assertEqual(details[: len(wanted)], wanted)
            self.assertEqual(len(details), len(wanted) + (0 if has_answers else 1))
            if not has_answers:
                self.assertEqual(details[-1].type_url, TYPE_URL + "ConformancePayload.RequestInfo")
                info = pb.ConformancePayload.RequestInfo.FromString(details[-1].value)
                self.assertInfo(info, requests)

    def test_every_code(self):
        for code in range(1, 17):
            with self.subTest(code):
                self.assertFailure(pb.Error(code=code, message=f"code {code}"))

    def test_without_a_text(self):
        self.assertFailure(pb.Error(code=5))

    def test_special_characters(self):
        self.assertFailure(
            pb.Error(code=13, message="\t\ntest with whitespace\r\nand Unicode ☺ 😈 100%\t\n")
        )

    def test_details(self):
        details = [packed(header("a", "b")), packed(header("c")), any_pb2.Any(type_url="x/y.Z")]
        self.assertFailure(pb.Error(code=10, message="with details", details=details))


class Time(ConformanceTestCase):
    """Deadline Propagation, Timeouts, Streaming Delivery, Client Cancellation."""

    def test_deadlines_arrive(self):
        request = pb.UnaryRequest()
        for seconds in (5, 600):
            answer = self.stub.Unary(request, timeout=seconds)
            self.assertInfo(answer.payload.request_info, [request], None, seconds * 1_000)

    def test_deadlines_pass(self):
        late = unary_definition(response_data=DATA, response_delay_ms=10_000)
        lates = stream_definition(DATA, response_delay_ms=10_000)
        bidi = [pb.BidiStreamRequest(response_definition=lates, full_duplex=f) for f in (0, 1)]
        requests = {
            "unary": lambda: self.stub.Unary(
                pb.UnaryRequest(response_definition=late), timeout=0.2
            ),
            "client": lambda: self.stub.ClientStream(
                iter([pb.ClientStreamRequest(response_definition=late)]), timeout=0.2
            ),
            "server": lambda: list(
                self.stub.ServerStream(
                    pb.ServerStreamRequest(response_definition=lates), timeout=0.2
                )
            ),
            "half": lambda: list(self.stub.BidiStream(iter(bidi[:1]), timeout=0.2)),
            "full": lambda: list(self.stub.BidiStream(iter(bidi[1:]), timeout=0.2)),
        }
        for name, call in requests.items():
            with self.subTest(name):
                begun = time.monotonic()
                self.assertFails(grpc.StatusCode.DEADLINE_EXCEEDED, call)
                self.assertLess(time.monotonic() - begun, 3)

    def test_answers_are_delivered_one_by_one(self):
        definition = stream_definition(b"1", b"2", b"3", response_delay_ms=100)
        requests = [
            pb.BidiStreamRequest(response_definition=definition),
            *[pb.BidiStreamRequest(request_data=b"x")] * 2,
        ]
        full = [
            pb.BidiStreamRequest(response_definition=definition, full_duplex=True),
            *[pb.BidiStreamRequest(request_data=b"x")] * 2,
        ]
        calls = {
            "server": lambda: self.stub.ServerStream(
                pb.ServerStreamRequest(response_definition=definition)
            ),
            "half": lambda: self.stub.BidiStream(iter(requests)),
            "full": lambda: self.stub.BidiStream(iter(full)),
        }
        for name, call in calls.items():
            with self.subTest(name):
                times = [time.monotonic()] + [time.monotonic() for _ in call()]
                pauses = [b - a for a, b in zip(times, times[1:])]
                self.assertEqual(len(pauses), 3)
                # The first pause holds the beginning of the call, too.
                self.assertTrue(all(pause > 0.05 for pause in pauses), pauses)

    def test_a_cancelled_call_ends(self):
        definition = stream_definition(*[DATA] * 3, response_delay_ms=200)
        for full_duplex in (False, True):
            request = pb.BidiStreamRequest(
                response_definition=definition, full_duplex=full_duplex
            )
            call = self.stub.BidiStream(iter([request, pb.BidiStreamRequest()]))
            next(call)
            call.cancel()
            self.assertEqual(call.code(), grpc.StatusCode.CANCELLED)
        self.assertEqual(self.stub.Unary(pb.UnaryRequest()).payload.data, b"")


class Sizes(ConformanceTestCase):
    """Server Message Size: a limit of 200 KiB, requests of that size and of ten bytes more."""

    LIMIT = 200 << 10
    options = ("--max-receive", str(LIMIT))

    def padded(self, request, more=0):
        """The request, so long in all."""
        length = self.LIMIT + more
        request.request_data = bytes(length - request.ByteSize() - 4)
        request.request_data = bytes(len(request.request_data) + length - request.ByteSize())
        self.assertEqual(request.ByteSize(), length)
        return request

    def calls(self, first, second):
        unary = unary_definition(response_data=DATA)
        many = stream_definition(DATA, DATA)
        if second == 0:
            request = self.padded(pb.UnaryRequest(response_definition=unary), first)
            yield "unary", lambda: [self.stub.Unary(request)]
            server = self.padded(pb.ServerStreamRequest(response_definition=many), first)
            yield "server", lambda: list(self.stub.ServerStream(server))
        client = [
            self.padded(pb.ClientStreamRequest(response_definition=unary), first),
            self.padded(pb.ClientStreamRequest(), second),
        ]
        yield "client", lambda: [self.stub.ClientStream(iter(client))]
        for full_duplex in (False, True):
            bidi = [
                self.padded(
                    pb.BidiStreamRequest(response_definition=many, full_duplex=full_duplex), first
                ),
                self.padded(pb.BidiStreamRequest(), second),
            ]
            yield f"bidi {full_duplex}", lambda b=bidi: list(self.stub.BidiStream(iter(b)))

    def test_requests_of_the_limit_are_answered(self):
        for name, call in self.calls(0, 0):
            with self.subTest(name):
                answers = call()
                self.assertEqual({a.payload.data for a in answers}, {DATA})

    def test_longer_requests_are_refused(self):
        for first, second in ((10, 0), (0, 10)):
            for name, call in self.calls(first, second):
                with self.subTest(name, first=first, second=second):
                    self.assertFails(grpc.StatusCode.RESOURCE_EXHAUSTED, call)


class Unexpected(ConformanceTestCase):
    """gRPC Unexpected Requests, Proto Sub-Format: what no client library sends."""

    def call(self, method="Unary", body=framed(b""), fields=(), **overrides):
        with Wire(self.server.port) as wire:
            return wire.call(SERVICE + method, body, fields, **overrides)

    def test_another_verb(self):
        answer = self.call(method="Unary")
        self.assertEqual((answer.http_status, answer.grpc_status), ("200", 0))
        with Wire(self.server.port) as wire:
            fields = wire.head(SERVICE + "Unary")
            fields[0] = (":method", "DELETE")
            stream = wire.begin(fields)
            wire.data(stream, framed(b""), end=True)
            self.assertEqual(wire.answer(stream).http_status, "405")

    def test_another_path(self):
        for path in ("Nothing", "../UnknownService/UnknownMethod"):
            answer = self.call(path)
            self.assertEqual((answer.http_status, answer.grpc_status), ("200", 12))

    def test_another_compression(self):
        answer = self.call(fields=[("grpc-encoding", "foo")])
        self.assertEqual(answer.grpc_status, 12)
        self.assertIn("gzip", answer.value("grpc-accept-encoding"))

    def test_a_compressed_message_without_a_compression(self):
        for fields in ([("grpc-encoding", "identity")], []):
            answer = self.call(body=framed(b"", flag=1), fields=fields)
            self.assertEqual(answer.grpc_status, 13)

    def test_no_request_and_two(self):
        for method in ("Unary", "ServerStream"):
            for body in (b"", framed(b"") * 2):
                with self.subTest(method, body=body):
                    self.assertEqual(self.call(method, body).grpc_status, 12)

    def test_the_content_type_may_name_the_format(self):
        request = pb.UnaryRequest(response_definition=unary_definition(response_data=DATA))
        for content_type in ("application/grpc", "application/grpc+proto"):
            answer = self.call(
                body=framed(request.SerializeToString()), content_type=content_type
            )
            self.assertEqual(answer.grpc_status, 0)
            ((_, message),) = answer.messages
            self.assertEqual(pb.UnaryResponse.FromString(message).payload.data, DATA)
            self.assertRegex(answer.value("content-type"), r"^application/grpc(\+proto)?$")

    def test_metadata_and_a_failure_come_in_their_places(self):
        """The head in front, the status behind, each once; without metadata in front all in one list."""
        error = pb.Error(code=5, message="no")
        for definition, lists in (
            (unary_definition(error=error), 2),
            (pb.UnaryResponseDefinition(error=error), 1),
        ):
            request = pb.UnaryRequest(response_definition=definition).SerializeToString()
            answer = self.call(body=framed(request))
            self.assertEqual(len(answer.blocks), lists)
            self.assertEqual((answer.http_status, answer.grpc_status), ("200", 5))


class Encrypted(EncryptedTestCase):
    """The same over TLS, and with certificates of both sides."""

    def check(self, channel):
        stub = conformance_pb2_grpc.ConformanceServiceStub(channel)
        definition = stream_definition(b"one", b"two")
        requests = [pb.BidiStreamRequest(response_definition=definition, full_duplex=True)]
        call = stub.BidiStream(iter([*requests, pb.BidiStreamRequest()]), timeout=20)
        self.assertEqual([a.payload.data for a in call], [b"one", b"two"])

    def test_tls(self):
        self.check(self.channel(self.start(ConformanceServer)))

    def test_client_certificates(self):
        server = self.start(ConformanceServer, "--client-ca", self.files.path("authority.pem"))
        self.check(self.channel(server, "client"))
        for identity in (None, "impostor"):
            stub = conformance_pb2_grpc.ConformanceServiceStub(self.channel(server, identity))
            with self.assertRaises(grpc.RpcError) as caught:
                stub.Unary(pb.UnaryRequest(), timeout=10)
            self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE)


class CommandLine(unittest.TestCase):
    def test_the_port_is_told_at_once(self):
        with subprocess.Popen([CONFORMANCE_BINARY], stdout=subprocess.PIPE, text=True) as process:
            try:
                ready, _, _ = select.select([process.stdout], [], [], 20)
                self.assertTrue(ready)
                self.assertRegex(process.stdout.readline(), r"^listening on 127\.0\.0\.1:\d+$")
            finally:
                process.terminate()
                self.assertEqual(process.wait(timeout=20), 0)


if __name__ == "__main__":
    unittest.main()

"""The interoperability cases of gRPC by their official names, from grpcio to interop-server."""

import base64
import gzip
import queue
import random
import struct
import zlib

import grpc

from harness import InteropTestCase, empty_pb2, messages_pb2, test_pb2_grpc
from wire import Wire, framed

SERVICE = "/grpc.testing.TestService"
REQUEST_BYTES, RESPONSE_BYTES = 271_828, 314_159
REQUEST_SIZES = (27_182, 8, 1_828, 45_904)
RESPONSE_SIZES = (31_415, 9, 2_653, 58_979)
ALGORITHMS = {"gzip": grpc.Compression.Gzip, "deflate": grpc.Compression.Deflate}
INFLATE = {"gzip": gzip.decompress, "deflate": zlib.decompress}
DEFLATE = {"gzip": gzip.compress, "deflate": zlib.compress}
STATUS_MESSAGE = "test status message"
SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
INITIAL, TRAILING = "x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"
METADATA = ((INITIAL, "test_initial_metadata_value"), (TRAILING, b"\xab\xab\xab"))


def payload(size):
    return messages_pb2.Payload(body=bytes(size))


def truth(value):
    return messages_pb2.BoolValue(value=value)


def simple_request(request_size=REQUEST_BYTES, response_size=RESPONSE_BYTES, **fields):
    return messages_pb2.SimpleRequest(
        response_size=response_size, payload=payload(request_size), **fields
    )


def output_request(*sizes, request_size=0, interval_us=0, **fields):
    parameters = [messages_pb2.ResponseParameters(size=s, interval_us=interval_us) for s in sizes]
    return messages_pb2.StreamingOutputCallRequest(
        response_parameters=parameters, payload=payload(request_size), **fields
    )


class Requests:
    """The requests of a stream, given one by one; None ends them."""

    def __init__(self, *first):
        self.queue = queue.SimpleQueue()
        for request in first:
            self.put(request)

    def put(self, request):
        self.queue.put(request)

    def __iter__(self):
        return iter(self.queue.get, None)


class Interop(InteropTestCase):
    def tearDown(self):
        self.assertServes()

    def assertPayload(self, answer, size):
        self.assertEqual(answer.payload.type, messages_pb2.COMPRESSABLE)
        self.assertEqual(answer.payload.body, bytes(size))

    def large_unary(self, stub):
        self.assertPayload(stub.UnaryCall(simple_request(), timeout=10), RESPONSE_BYTES)

    def test_empty_unary(self):
        answer, call = self.stub.EmptyCall.with_call(empty_pb2.Empty(), timeout=10)
        self.assertEqual(answer.SerializeToString(), b"")
        self.assertEqual(call.code(), grpc.StatusCode.OK)

    def test_large_unary(self):
        self.large_unary(self.stub)

    def test_client_streaming(self):
        requests = (
            messages_pb2.StreamingInputCallRequest(payload=payload(s)) for s in REQUEST_SIZES
        )
        answer = self.stub.StreamingInputCall(requests, timeout=10)
        self.assertEqual(answer.aggregated_payload_size, 74_922)

    def test_server_streaming(self):
        answers = list(self.stub.StreamingOutputCall(output_request(*RESPONSE_SIZES), timeout=10))
        self.assertEqual(len(answers), len(RESPONSE_SIZES))
        for answer, size in zip(answers, RESPONSE_SIZES):
            self.assertPayload(answer, size)

    def test_ping_pong(self):
        requests = Requests()
        call = self.stub.FullDuplexCall(iter(requests), timeout=10)
        for request_size, response_size in zip(REQUEST_SIZES, RESPONSE_SIZES):
            requests.put(output_request(response_size, request_size=request_size))
            self.assertPayload(next(call), response_size)
        requests.put(None)
        self.assertEqual(list(call), [])
        self.assertEqual(call.code(), grpc.StatusCode.OK)

    def test_empty_stream(self):
        call = self.stub.FullDuplexCall(iter([]), timeout=10)
        self.assertEqual(list(call), [])
        self.assertEqual(call.code(), grpc.StatusCode.OK)

    def test_half_duplex(self):
        pairs = list(zip(REQUEST_SIZES, RESPONSE_SIZES))
        requests = [output_request(down, request_size=up) for up, down in pairs]
        answers = list(self.stub.HalfDuplexCall(iter(requests), timeout=10))
        self.assertEqual([len(answer.payload.body) for answer in answers], list(RESPONSE_SIZES))
        # Nothing is answered before the half-close, however often the server had the occasion.
        with Wire(self.server.port) as wire:
            stream = wire.begin(wire.head(f"{SERVICE}/HalfDuplexCall"))
            for _ in range(2):
                wire.data(stream, framed(output_request(7).SerializeToString()))
            for _ in range(50):
                self.assertEqual(wire.call(f"{SERVICE}/EmptyCall", framed(b"")).grpc_status, 0)
            self.assertEqual(wire.answers[stream].body, b"")
            wire.data(stream, end=True)
            answer = wire.answer(stream)
            self.assertEqual((answer.grpc_status, len(answer.messages)), (0, 2))

    def test_cancel_after_begin(self):
        requests = Requests()
        call = self.stub.StreamingInputCall.future(iter(requests), timeout=30)
        call.cancel()
        requests.put(None)
        self.assertTrue(call.cancelled())
        self.assertEqual(call.code(), grpc.StatusCode.CANCELLED)

    def test_cancel_after_first_response(self):
        requests = Requests(output_request(31_415, request_size=27_182))
        call = self.stub.FullDuplexCall(iter(requests), timeout=30)
        self.assertPayload(next(call), 31_415)
        call.cancel()
        self.assertFails(grpc.StatusCode.CANCELLED, lambda: next(call))
        requests.put(None)

    def test_timeout_on_sleeping_server(self):
        requests = Requests(output_request(31_415, request_size=27_182, interval_us=20_000_000))
        call = self.stub.FullDuplexCall(iter(requests), timeout=0.001)
        self.assertFails(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(call))
        requests.put(None)
        # The server keeps the time as well, whether or not the client does.
        with Wire(self.server.port) as wire:
            stream = wire.begin(wire.head(f"{SERVICE}/FullDuplexCall", [("grpc-timeout", "50m")]))
            wire.data(stream, framed(output_request(1, interval_us=20_000_000).SerializeToString()))
            self.assertEqual(wire.answer(stream).grpc_status, 4)

    def test_status_code_and_message(self):
        self.echo_status(STATUS_MESSAGE)

    def test_special_status_message(self):
        self.echo_status(SPECIAL_MESSAGE)

    def echo_status(self, message):
        status = messages_pb2.EchoStatus(code=2, message=message)
        for call in (
            lambda: self.stub.UnaryCall(simple_request(0, 0, response_status=status), timeout=10),
            lambda: list(
                self.stub.FullDuplexCall(iter([output_request(response_status=status)]), timeout=10)
            ),
        ):
            error = self.assertFails(grpc.StatusCode.UNKNOWN, call)
            self.assertEqual(error.details(), message)

    def test_unimplemented_method(self):
        self.assertFails(
            grpc.StatusCode.UNIMPLEMENTED,
            lambda: self.stub.UnimplementedCall(empty_pb2.Empty(), timeout=10),
        )

    def test_unimplemented_service(self):
        stub = test_pb2_grpc.UnimplementedServiceStub(self.channel)
        self.assertFails(
            grpc.StatusCode.UNIMPLEMENTED,
            lambda: stub.UnimplementedCall(empty_pb2.Empty(), timeout=10),
        )

    def test_custom_metadata_unary(self):
        answer, call = self.stub.UnaryCall.with_call(
            simple_request(), metadata=METADATA, timeout=10
        )
        self.assertPayload(answer, RESPONSE_BYTES)
        self.assertMetadata(call)

    def test_custom_metadata_full_duplex(self):
        request = output_request(RESPONSE_BYTES, request_size=REQUEST_BYTES)
        call = self.stub.FullDuplexCall(iter([request]), metadata=METADATA, timeout=10)
        self.assertPayload(next(call), RESPONSE_BYTES)
        self.assertEqual(list(call), [])
        self.assertMetadata(call)

    def assertMetadata(self, call):
        initial = [item.value for item in call.initial_metadata() if item.key == INITIAL]
        trailing = [item.value for item in call.trailing_metadata() if item.key == TRAILING]
        self.assertEqual(initial, ["test_initial_metadata_value"])
        self.assertEqual(trailing, [b"\xab\xab\xab"])

    def test_client_compressed_unary(self):
        expecting = simple_request(expect_compressed=truth(True))
        self.assertFails(
            grpc.StatusCode.INVALID_ARGUMENT, lambda: self.stub.UnaryCall(expecting, timeout=10)
        )
        for name, algorithm in ALGORITHMS.items():
            with self.subTest(name):
                answer = self.stub.UnaryCall(expecting, compression=algorithm, timeout=10)
                self.assertPayload(answer, RESPONSE_BYTES)
        plain = simple_request(expect_compressed=truth(False))
        self.assertPayload(self.stub.UnaryCall(plain, timeout=10), RESPONSE_BYTES)

    def test_client_compressed_streaming(self):
        def part(body, compressed):
            return messages_pb2.StreamingInputCallRequest(
                payload=messages_pb2.Payload(body=body), expect_compressed=truth(compressed)
            )

        first = part(bytes(27_182), True)
        self.assertFails(
            grpc.StatusCode.INVALID_ARGUMENT,
            lambda: self.stub.StreamingInputCall(iter([first]), timeout=10),
        )
        # What does not get shorter grpcio sends plain, within a call that is compressed.
        second = part(random.Random(1).randbytes(45_904), False)
        for name, algorithm in ALGORITHMS.items():
            with self.subTest(name):
                answer = self.stub.StreamingInputCall(
                    iter([first, second]), compression=algorithm, timeout=10
                )
                self.assertEqual(answer.aggregated_payload_size, 73_086)
                self.mixed_by_hand(name, first, part(bytes(45_904), False))

    def mixed_by_hand(self, name, first, second):
        """The same with flags that are ours, and the fault in the second message."""
        compressed = framed(DEFLATE[name](first.SerializeToString()), flag=1)
        for last, status in (
            (framed(second.SerializeToString()), 0),
            (framed(first.SerializeToString()), 3),
        ):
            with Wire(self.server.port) as wire:
                answer = wire.call(
                    f"{SERVICE}/StreamingInputCall", compressed + last, [("grpc-encoding", name)]
                )
                self.assertEqual(answer.grpc_status, status, answer)
            if status == 0:
                ((flag, message),) = answer.messages
                total = messages_pb2.StreamingInputCallResponse.FromString(message)
                self.assertEqual((flag, total.aggregated_payload_size), (0, 73_086))

    def flags(self, path, request, name, type_of_answer):
        """Flags and answers of a call whose client takes one algorithm."""
        with Wire(self.server.port) as wire:
            answer = wire.call(
                path,
                framed(request.SerializeToString()),
                [("grpc-accept-encoding", f"identity,{name}")],
            )
        self.assertEqual(answer.grpc_status, 0, answer)
        found = []
        for flag, message in answer.messages:
            if flag:
                self.assertEqual(answer.value("grpc-encoding"), name)
                message = INFLATE[name](message)
            found.append((flag, len(type_of_answer.FromString(message).payload.body)))
        return found

    def test_server_compressed_unary(self):
        for compressed in (True, False):
            request = simple_request(response_compressed=truth(compressed))
            self.assertPayload(self.stub.UnaryCall(request, timeout=10), RESPONSE_BYTES)
            for name in ALGORITHMS:
                with self.subTest(name, compressed=compressed):
                    found = self.flags(
                        f"{SERVICE}/UnaryCall", request, name, messages_pb2.SimpleResponse
                    )
                    self.assertEqual(found, [(int(compressed), RESPONSE_BYTES)])

    def test_server_compressed_streaming(self):
        request = output_request(31_415, 92_653)
        for parameters, compressed in zip(request.response_parameters, (True, False)):
            parameters.compressed.value = compressed
        answers = list(self.stub.StreamingOutputCall(request, timeout=10))
        self.assertEqual([len(answer.payload.body) for answer in answers], [31_415, 92_653])
        for name in ALGORITHMS:
            with self.subTest(name):
                found = self.flags(
                    f"{SERVICE}/StreamingOutputCall",
                    request,
                    name,
                    messages_pb2.StreamingOutputCallResponse,
                )
                self.assertEqual(found, [(1, 31_415), (0, 92_653)])

    def test_concurrent_large_unary(self):
        calls = [self.stub.UnaryCall.future(simple_request(), timeout=60) for _ in range(200)]
        for call in calls:
            self.assertPayload(call.result(), RESPONSE_BYTES)

    def test_rpc_soak(self):
        for _ in range(200):
            self.large_unary(self.stub)

    def test_channel_soak(self):
        for _ in range(50):
            # A pool of its own, or the next channel would take over the last one's connection.
            options = [("grpc.use_local_subchannel_pool", 1)]
            with grpc.insecure_channel(self.server.address, options=options) as channel:
                self.large_unary(test_pb2_grpc.TestServiceStub(channel))

    def test_numbers_beyond_their_type_do_no_harm(self):
        """An int32 may come with 64 bits, and a Duration again and again."""
        most = b"\xff" * 8 + b"\x7f"
        parameters = b"\x08\x01\x10" + most
        request = b"\x12" + bytes([len(parameters)]) + parameters
        with Wire(self.server.port) as wire:
            answer = wire.call(f"{SERVICE}/StreamingOutputCall", framed(request))
            self.assertEqual(answer.grpc_status, 0)
        duration = b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f" * 5
        reports = self.channel.unary_stream(
            "/xds.service.orca.v3.OpenRcaService/StreamCoreMetrics"
        )(b"\x0a" + bytes([len(duration)]) + duration, timeout=10)
        next(reports)
        reports.cancel()
        self.stub.EmptyCall(empty_pb2.Empty(), timeout=10)

    @staticmethod
    def load_report(cpu, memory, cost, utilization):
        """The same report as a test asks for it and as xds.data.orca.v3 has it."""
        asked = messages_pb2.TestOrcaReport(
            cpu_utilization=cpu,
            memory_utilization=memory,
            request_cost={"cost": cost},
            utilization={"util": utilization},
        )
        entries = [(b"\x22", b"cost", cost), (b"\x2a", b"util", utilization)]
        expected = b"\x09" + struct.pack("<d", cpu) + b"\x11" + struct.pack("<d", memory)
        for tag, name, value in entries:
            entry = b"\x0a\x04" + name + b"\x11" + struct.pack("<d", value)
            expected += tag + bytes([len(entry)]) + entry
        return asked, expected

    def test_orca_per_rpc(self):
        asked, expected = self.load_report(0.8210, 0.5847, 3456.32, 0.30499)
        request = messages_pb2.SimpleRequest(orca_per_query_report=asked)
        # grpcio keeps the report for its own load balancing.
        with Wire(self.server.port) as wire:
            answer = wire.call(f"{SERVICE}/UnaryCall", framed(request.SerializeToString()))
        report = dict(answer.blocks[-1])["endpoint-load-metrics-bin"]
        self.assertEqual(base64.b64decode(report + "=" * (-len(report) % 4)), expected)

    def test_orca_oob(self):
        """Reports out of band follow what a stream asks for."""
        # report_interval (1), a Duration of 2,097,151 nanoseconds.
        interval = b"\x0a\x04\x10\xff\xff\x7f"
        reports = self.channel.unary_stream(
            "/xds.service.orca.v3.OpenRcaService/StreamCoreMetrics"
        )(interval, timeout=30)
        self.addCleanup(reports.cancel)
        for figures in ((0.8210, 0.5847, 1.5, 0.30499), (0.29309, 0.2, 2.5, 0.2039)):
            asked, expected = self.load_report(*figures)
            request = messages_pb2.StreamingOutputCallRequest(orca_oob_report=asked)
            list(self.stub.FullDuplexCall(iter([request]), timeout=10))
            self.assertIn(expected, reports)

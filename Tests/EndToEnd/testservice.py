"""grpc.testing.TestService on grpcio: a server that knows nothing of our code, for our client."""

import concurrent.futures
import time

import grpc

from harness import empty_pb2, messages_pb2, test_pb2_grpc

INITIAL, TRAILING = "x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"


def _echo_metadata(context):
    received = dict(context.invocation_metadata())
    if INITIAL in received:
        context.send_initial_metadata(((INITIAL, received[INITIAL]),))
    if TRAILING in received:
        context.set_trailing_metadata(((TRAILING, received[TRAILING]),))


def _echo_status(request, context):
    """Ends a call with the status that it asks for."""
    if request.response_status.code:
        code = next(c for c in grpc.StatusCode if c.value[0] == request.response_status.code)
        context.abort(code, request.response_status.message)


def _payload(size):
    return messages_pb2.Payload(body=bytes(size))


def _outputs(request, context):
    if any(p.compressed.value for p in request.response_parameters):
        context.set_compression(grpc.Compression.Gzip)
    for parameters in request.response_parameters:
        time.sleep(parameters.interval_us / 1e6)
        if not parameters.compressed.value:
            context.disable_next_message_compression()
        yield messages_pb2.StreamingOutputCallResponse(payload=_payload(parameters.size))


class TestService(test_pb2_grpc.TestServiceServicer):
    """The cases' contract, but for UnimplementedCall. Whether a request was compressed grpcio does not tell."""

    def EmptyCall(self, request, context):
        _echo_metadata(context)
        return empty_pb2.Empty()

    def UnaryCall(self, request, context):
        _echo_metadata(context)
        _echo_status(request, context)
        if request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        return messages_pb2.SimpleResponse(payload=_payload(request.response_size))

    def StreamingOutputCall(self, request, context):
        yield from _outputs(request, context)

    def StreamingInputCall(self, requests, context):
        total = sum(len(request.payload.body) for request in requests)
        return messages_pb2.StreamingInputCallResponse(aggregated_payload_size=total)

    def FullDuplexCall(self, requests, context):
        _echo_metadata(context)
        for request in requests:
            _echo_status(request, context)
            yield from _outputs(request, context)


class Peer:
    """The service on a port of 127.0.0.1 until it is stopped."""

    def __init__(self, credentials=None, port=0):
        self.server = grpc.server(
            concurrent.futures.ThreadPoolExecutor(max_workers=32),
            options=[("grpc.so_reuseport", 0)],
        )
        test_pb2_grpc.add_TestServiceServicer_to_server(TestService(), self.server)
        address = f"127.0.0.1:{port}"
        self.port = (
            self.server.add_secure_port(address, credentials)
            if credentials
            else self.server.add_insecure_port(address)
        )
        self.address = f"127.0.0.1:{self.port}"
        self.server.start()

    def stop(self, grace=None):
        self.server.stop(grace).wait()

"""Honest clients whose traffic looks like an attack to whoever only counts frames.

Each function drives one channel to `interop-server`, at a pace, and raises when a call does not end as it
must. `Unbroken` sees whether the channel kept its one connection meanwhile.
"""

import concurrent.futures
import pathlib
import threading
import time

import grpc

from harness import empty_pb2, messages_pb2, test_pb2_grpc
from test_interop import Requests, output_request, simple_request

ANSWER_BYTES = 8_192
CALLERS = 4
MINUTE_US = 60_000_000
ESTABLISHED = "01"


def client_ports(server_port):
    """Local ports of this machine's connections to a server on 127.0.0.1."""
    # Clients that speak both IPv4 and IPv6 are listed with the latter.
    tables = (pathlib.Path(f"/proc/net/{name}").read_text() for name in ("tcp", "tcp6"))
    lines = [line for table in tables for line in table.splitlines()[1:]]
    found = set()
    for local, remote, state in (line.split()[1:4] for line in lines):
        if state == ESTABLISHED and int(remote.rpartition(":")[2], 16) == server_port:
            found.add(int(local.rpartition(":")[2], 16))
    return found


class Unbroken:
    """A channel that has to keep its first connection: `assert_kept` says whether it did."""

    def __init__(self, server, options=()):
        self.server = server
        self.states = []
        self.others = client_ports(server.port)
        self.channel = grpc.insecure_channel(
            server.address, options=[("grpc.use_local_subchannel_pool", 1), *options]
        )
        self.stub = test_pb2_grpc.TestServiceStub(self.channel)
        self.stub.EmptyCall(empty_pb2.Empty(), timeout=10, wait_for_ready=True)
        self.ports = self.own_ports()
        self.channel.subscribe(self.states.append)

    def own_ports(self):
        return client_ports(self.server.port) - self.others

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()

    def assert_kept(self):
        self.stub.EmptyCall(empty_pb2.Empty(), timeout=10)
        left = [state for state in self.states if state is not grpc.ChannelConnectivity.READY]
        if left or len(self.ports) != 1 or self.own_ports() != self.ports:
            raise AssertionError(
                f"the connection was not kept: {left}, ports {self.ports} and then {self.own_ports()}"
            )


class Pace:
    """Turns at a fixed rate, shared by threads."""

    def __init__(self, count, seconds):
        self.lock = threading.Lock()
        self.taken, self.count = 0, count
        self.step = seconds / count
        self.begin = time.monotonic()

    def __iter__(self):
        while True:
            with self.lock:
                if self.taken >= self.count:
                    return
                turn = self.taken
                self.taken += 1
            time.sleep(max(0, self.begin + turn * self.step - time.monotonic()))
            yield turn

    def end(self):
        """There are no more turns."""
        with self.lock:
            self.count = self.taken


def spread(work, count, seconds, threads=CALLERS):
    """Does a piece of work so many times within about these seconds."""
    pace = Pace(count, seconds)

    def turns():
        try:
            for _ in pace:
                work()
        finally:
            # One that fails is enough.
            pace.end()

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        for run in [pool.submit(turns) for _ in range(threads)]:
            run.result()


def calls_and_streams(stub, calls, streams, seconds):
    """Unary calls with answers of 8 KB beside bidirectional streams of three messages each way."""
    request = simple_request(0, ANSWER_BYTES)

    def call():
        answer = stub.UnaryCall(request, timeout=20)
        if len(answer.payload.body) != ANSWER_BYTES:
            raise AssertionError("an answer of the wrong size")

    def stream():
        requests = Requests()
        answers = stub.FullDuplexCall(iter(requests), timeout=20)
        for _ in range(3):
            requests.put(output_request(100))
            if len(next(answers).payload.body) != 100:
                raise AssertionError("an answer of the wrong size")
        # The stream's end is a DATA frame without a byte.
        requests.put(None)
        if list(answers):
            raise AssertionError("more answers than requests")

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for run in (
            pool.submit(spread, call, calls, seconds),
            pool.submit(spread, stream, streams, seconds, 2),
        ):
            run.result()


def cancels(stub, count, seconds):
    """Calls that are cancelled once the first byte of their answer is there, with more to come."""
    request = output_request(1, 1)
    request.response_parameters[1].interval_us = MINUTE_US

    def cancel():
        call = stub.StreamingOutputCall(request, timeout=60)
        next(call)
        call.cancel()
        if call.code() is not grpc.StatusCode.CANCELLED:
            raise AssertionError(f"a cancelled call ended with {call.code()}")

    spread(cancel, count, seconds)


def deadlines(stub, count, seconds):
    """Calls that have not been answered when their deadline comes; both sides see to it."""
    request = output_request(1, interval_us=MINUTE_US)

    def expire():
        try:
            list(stub.StreamingOutputCall(request, timeout=0.05))
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.DEADLINE_EXCEEDED:
                raise
        else:
            raise AssertionError("an answer came that was not due")

    spread(expire, count, seconds, threads=8)


def refusals(stub, count, seconds):
    """Calls that the server answers before it has read all that they send: it resets them with NO_ERROR."""
    request = messages_pb2.SimpleRequest(
        payload=messages_pb2.Payload(body=bytes(1 << 16)),
        response_status=messages_pb2.EchoStatus(code=3, message="refused"),
    )

    def refuse():
        try:
            stub.UnimplementedCall(empty_pb2.Empty(), timeout=20)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.UNIMPLEMENTED:
                raise
        try:
            list(stub.FullDuplexCall(iter([request] * 4), timeout=20))
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.INVALID_ARGUMENT:
                raise

    spread(refuse, count, seconds)

"""Ten thousand calls that are cancelled half-way leave nothing behind: no handler, no stream, no memory."""

import concurrent.futures

import grpc

from harness import InteropTestCase, polled, test_pb2_grpc
from test_hostile import Peer
from test_interop import Requests, output_request

CONNECTIONS = 100
WARM_UP, CALLS = 1_000, 10_000
GROWTH = 6 << 20
MINUTE_US = 60_000_000


def counters(port):
    """What the server says of itself, by name."""
    peer = Peer(port)
    try:
        stream = peer.request(method="GET", path="/counters", content_type=None, te=None)
        headers, body, reset = peer.answer(stream)
    finally:
        peer.close()
    if headers.get(":status") != "200" or reset is not None:
        raise AssertionError(f"no counters: {headers}, {reset}")
    return {name: int(value) for name, value in map(str.split, body.decode().splitlines())}


class Cancellation(InteropTestCase):
    def tearDown(self):
        self.assertServes()

    def open_channel(self):
        # A pool of its own, or all channels would share one connection.
        channel = grpc.insecure_channel(
            self.server.address, options=[("grpc.use_local_subchannel_pool", 1)]
        )
        self.addCleanup(channel.close)
        return channel

    def cancel_calls(self, channel, count):
        """Cancels calls that have begun to answer: the server sleeps, or has more to send."""
        stub = test_pb2_grpc.TestServiceStub(channel)
        sleeping = output_request(10, 10)
        sleeping.response_parameters[1].interval_us = MINUTE_US
        sending = output_request(*[10_000] * 50, interval_us=1_000)
        for index in range(count):
            requests = Requests()
            if index % 2 == 0:
                requests.put(sleeping)
                call = stub.FullDuplexCall(iter(requests), timeout=60)
            else:
                call = stub.StreamingOutputCall(sending, timeout=60)
            next(call)
            call.cancel()
            requests.put(None)
            if call.code() is not grpc.StatusCode.CANCELLED:
                raise AssertionError(f"a cancelled call ended with {call.code()}")

    def spread(self, channels, total):
        """Cancels calls on all connections at once."""
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            runs = [pool.submit(self.cancel_calls, c, total // len(channels)) for c in channels]
            for run in runs:
                run.result()

    def assertQuiet(self):
        """Every call that began has ended, and nothing of it is left."""

        def quiet():
            found = counters(self.server.port)
            left = [
                found[name] for name in ("streams_open", "handlers_running", "messages_buffered")
            ]
            return left == [0, 0, 0] and found["calls_started"] == found["calls_finished"]

        self.assertTrue(polled(quiet), counters(self.server.port))

    def test_counters_count(self):
        """They see a call that runs, or that they are 0 afterwards would prove nothing."""
        before = counters(self.server.port)
        requests = Requests(output_request(10))
        call = self.stub.FullDuplexCall(iter(requests), timeout=60)
        next(call)
        during = counters(self.server.port)
        requests.put(None)
        self.assertEqual(list(call), [])
        self.assertEqual(during["calls_started"], before["calls_started"] + 1)
        self.assertEqual(during["calls_finished"], before["calls_finished"])
        self.assertEqual((during["streams_open"], during["handlers_running"]), (1, 1))
        self.assertQuiet()
        self.assertEqual(counters(self.server.port)["calls_started"], during["calls_started"])

    def test_cancelled_calls_leave_nothing_behind(self):
        started = counters(self.server.port)["calls_started"]
        channels = [self.open_channel() for _ in range(CONNECTIONS)]
        self.spread(channels, WARM_UP)
        self.assertQuiet()
        before = self.server.resident_bytes()
        self.spread(channels, CALLS)
        self.assertQuiet()
        self.assertServes()
        self.assertLess(self.server.resident_bytes(), before + GROWTH)
        self.assertGreaterEqual(
            counters(self.server.port)["calls_started"], started + WARM_UP + CALLS
        )

"""Clients that do much and nothing wrong: they are never cut off.
`Tests/Resilience/honest_clients.py` does the same in full."""

from hyperframe.frame import DataFrame

import frames
import honest
from harness import InteropTestCase, empty_pb2
from test_cancel import counters
from test_interop import output_request, simple_request
from wire import Wire, framed

SERVICE = "/grpc.testing.TestService"


class Updating(Wire):
    """A connection that answers each frame of DATA with two WINDOW_UPDATEs, as gRPC's clients do."""

    updates = 0

    def take(self, frame):
        super().take(frame)
        if isinstance(frame, DataFrame) and frame.flow_controlled_length:
            # The other one was sent just before.
            self.send(frames.window_update(1))
            self.updates += 2


class HonestClients(InteropTestCase):
    def tearDown(self):
        self.assertServes()

    def unbroken(self, *options):
        return honest.Unbroken(self.server, options)

    def test_calls_and_streams(self):
        with self.unbroken() as client:
            honest.calls_and_streams(client.stub, 2_000, 100, 4)
            client.assert_kept()

    def test_cancels_after_the_first_byte(self):
        started = counters(self.server.port)["calls_started"]
        with self.unbroken() as client:
            honest.cancels(client.stub, 500, 6)
            client.assert_kept()
        self.assertGreaterEqual(counters(self.server.port)["calls_started"], started + 500)

    def test_deadlines_that_pass(self):
        with self.unbroken() as client:
            honest.deadlines(client.stub, 300, 3)
            client.assert_kept()

    def test_calls_that_are_refused_while_they_send(self):
        with self.unbroken() as client:
            honest.refusals(client.stub, 300, 3)
            client.assert_kept()

    def test_a_message_sent_byte_by_byte(self):
        body = framed(simple_request(50, 1).SerializeToString())
        with Wire(self.server.port) as wire:
            for _ in range(100):
                stream = wire.begin(wire.head(f"{SERVICE}/UnaryCall"))
                wire.data(stream, body, end=True, cut=1)
                self.assertEqual(wire.answer(stream).grpc_status, 0)
            self.assertIsNone(wire.goaway)

    def test_a_ping_with_each_call(self):
        """What gRPC's clients send to measure the bandwidth: one PING for what they are sent."""
        ping = frames.frame(frames.PING, payload=b"bandwdth")
        with Wire(self.server.port) as wire:
            for _ in range(500):
                wire.send(ping)
                answer = wire.call(f"{SERVICE}/EmptyCall", framed(b""))
                self.assertEqual(answer.grpc_status, 0)
            self.assertIsNone(wire.goaway)

    def test_two_window_updates_for_each_frame_of_data(self):
        sizes = [1_000] * 10
        request = framed(output_request(*sizes, interval_us=1).SerializeToString())
        with Updating(self.server.port) as wire:
            for _ in range(60):
                answer = wire.call(f"{SERVICE}/StreamingOutputCall", request)
                self.assertEqual(len(answer.messages), len(sizes))
            answer = wire.call(f"{SERVICE}/EmptyCall", framed(b""))
            self.assertEqual(answer.grpc_status, 0)
            self.assertIsNone(wire.goaway)
            # More than what is let pass without any reason.
            self.assertGreater(wire.updates, 400)

    def test_each_stream_ends_with_an_empty_frame_of_data(self):
        with Wire(self.server.port) as wire:
            for _ in range(300):
                stream = wire.begin(wire.head(f"{SERVICE}/EmptyCall"))
                wire.data(stream, framed(empty_pb2.Empty().SerializeToString()))
                wire.data(stream, b"", end=True)
                self.assertEqual(wire.answer(stream).grpc_status, 0)
            self.assertIsNone(wire.goaway)

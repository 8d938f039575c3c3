"""What clients see of a server that is told to stop, and of two that are restarted by turns.
`Tests/Resilience/restarts.py` restarts them more often and under more load."""

import signal
import threading
import time
import unittest

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from hyperframe import frame as frame_types

from balancer import restarts_behind_haproxy, restarts_of_a_clients_servers
from harness import EVALUATE, Server, eligibility_pb2, example, polled
from harness import service_pb2_grpc, verdict_pb2
from test_interop import Requests
from wire import Wire, framed, unframed

STREAM = "/trialgate.v1.EligibilityService/EvaluateStream"
HEALTH = "/grpc.health.v1.Health/"
EVERY_STREAM = 2**31 - 1
SERVING, NOT_SERVING = 1, 2


def asking(service):
    return framed(health_pb2.HealthCheckRequest(service=service).SerializeToString())


def told(message):
    return health_pb2.HealthCheckResponse.FromString(message).status


def item(item_id):
    request = eligibility_pb2.EvaluateStreamRequest(item_id=item_id, request=example("eligible"))
    return framed(request.SerializeToString())


class Recorder(Wire):
    """A connection that remembers in which order frames came, and can be slow to answer a PING."""

    def __init__(self, port, **how):
        self.log, self.answers_pings, self.unanswered = [], True, []
        self.refused = False
        super().__init__(port, **how)

    def send(self, data):
        """Bytes that are not taken any more do not mean that there is nothing left to read."""
        closed = self.closed
        super().send(data)
        if self.closed and not closed:
            self.refused, self.closed = True, False

    def take(self, frame):
        self.log.append(frame)
        if isinstance(frame, frame_types.PingFrame) and not self.answers_pings:
            self.unanswered.append(frame)
            return
        super().take(frame)

    def answer_pings(self):
        self.answers_pings = True
        for frame in self.unanswered:
            super().take(frame)
        self.unanswered = []

    @property
    def farewells(self):
        """The last stream and the error of each GOAWAY, in order."""
        return [
            (frame.last_stream_id, frame.error_code)
            for frame in self.log
            if isinstance(frame, frame_types.GoAwayFrame)
        ]

    def place(self, condition):
        """Where in the order the first such frame came."""
        return next(i for i, frame in enumerate(self.log) if condition(frame))

    def watch(self, service):
        stream = self.begin(self.head(f"{HEALTH}Watch"))
        self.data(stream, asking(service), end=True)
        self.read_until(lambda: self.answers[stream].body)
        return stream

    def check(self, service):
        return told(self.call(f"{HEALTH}Check", asking(service)).messages[0][1])

    def read_to_the_end(self):
        try:
            self.read_until(lambda: False)
        except ConnectionError:
            return


class Drain(unittest.TestCase):
    def start(self, *options):
        server = Server(*options)
        self.addCleanup(server.stop)
        return server

    def connect(self, server, **how):
        return self.enterContext(Recorder(server.port, **how))

    def test_the_order_of_things(self):
        """Readiness turns, every stream is still welcome, then no new one is, calls finish, it ends."""
        server = self.start()
        wire = self.connect(server)
        watch = wire.watch("readiness")
        self.assertEqual(told(wire.answers[watch].messages[0][1]), SERVING)
        stream = wire.begin(wire.head(STREAM))
        wire.data(stream, item("before"))
        wire.read_until(lambda: wire.answers[stream].body)
        unary = wire.begin(wire.head(EVALUATE))
        message = framed(example("eligible").SerializeToString())
        wire.data(unary, message[:100])
        self.assertEqual(wire.check("readiness"), SERVING)
        last = wire.next_stream - 2

        begin = time.monotonic()
        server.terminate()
        wire.read_until(lambda: len(wire.farewells) == 2)
        self.assertEqual(wire.farewells, [(EVERY_STREAM, 0), (last, 0)])
        turned = wire.place(
            lambda f: isinstance(f, frame_types.DataFrame)
            and f.stream_id == watch
            and [told(m) for _, m in unframed(f.data)][-1:] == [NOT_SERVING]
        )
        said = wire.place(lambda f: isinstance(f, frame_types.GoAwayFrame))
        self.assertLess(turned, said)

        wire.data(stream, item("after"), end=True)
        wire.data(unary, message[100:], end=True)
        for one, count in ((unary, 1), (stream, 2)):
            answer = wire.answer(one)
            self.assertEqual(answer.grpc_status, 0)
            self.assertEqual(len(answer.messages), count)
        # Who watched is told to do so elsewhere; its call would never end.
        self.assertEqual(wire.answer(watch).grpc_status, 14)
        wire.read_to_the_end()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - begin, 5)

    def test_a_call_that_crossed_the_first_goaway_is_answered(self):
        server = self.start()
        wire = self.connect(server)
        self.assertEqual((wire.check("readiness"), wire.check("liveness")), (SERVING, SERVING))
        wire.answers_pings = False
        server.terminate()
        wire.read_until(lambda: wire.farewells)
        self.assertEqual(wire.farewells, [(EVERY_STREAM, 0)])
        self.assertEqual((wire.check("readiness"), wire.check("liveness")), (NOT_SERVING, SERVING))
        answer = wire.call(EVALUATE, framed(example("eligible").SerializeToString()))
        self.assertEqual(answer.grpc_status, 0)
        wire.answer_pings()
        wire.read_to_the_end()
        self.assertEqual(wire.farewells, [(EVERY_STREAM, 0), (wire.next_stream - 2, 0)])
        self.assertEqual(server.stop(), 0)

    def test_a_client_that_never_answers_a_ping_holds_nothing_up(self):
        server = self.start()
        wire = self.connect(server)
        wire.check("readiness")
        wire.answers_pings = False
        begin = time.monotonic()
        server.terminate()
        wire.read_to_the_end()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - begin, 11)

    def test_calls_that_are_sent_all_the_while_are_answered_whole_or_not_at_all(self):
        """Whoever calls on in ignorance loses no answer that the last GOAWAY promised."""
        message = framed(example("eligible").SerializeToString())
        for turn in range(5):
            server = self.start()
            wire = self.connect(server)
            streams = []
            while not wire.refused and len(streams) < 20_000:
                if len(streams) == 100:
                    server.terminate()
                streams.append(wire.begin(wire.head(EVALUATE)))
                try:
                    wire.data(streams[-1], message, end=True)
                except ConnectionError:
                    # It waited for room to send more, and the connection has come to its end.
                    break
                waiting = [s for s in streams[-100:] if not wire.answers[s].ended]
                if len(waiting) > 50 and len(wire.farewells) < 2:
                    wire.read_until(
                        lambda: wire.answers[waiting[0]].ended or len(wire.farewells) == 2
                    )
            wire.read_to_the_end()
            with self.subTest(turn=turn, calls=len(streams)):
                self.assertEqual(len(wire.farewells), 2)
                last, error = wire.farewells[-1]
                self.assertEqual(error, 0)
                promised = [wire.answers[s] for s in streams if s <= last]
                self.assertGreaterEqual(len(promised), 50)
                self.assertEqual({answer.grpc_status for answer in promised}, {0})
                self.assertTrue(all(answer.ended for answer in promised))
            self.assertEqual(server.stop(), 0)

    def test_a_call_that_comes_too_late_takes_no_answers_with_it(self):
        """Answers that are still on their way when a server has nothing left to do: bytes that reach a closed
        socket make the kernel drop them, so it has to listen until its peer has read them."""
        server = self.start()
        wire = self.connect(server, receive_buffer=4_096)
        wire.check("readiness")
        message = framed(example("eligible").SerializeToString())
        streams = []
        for _ in range(40):
            streams.append(wire.begin(wire.head(EVALUATE)))
            wire.data(streams[-1], message, end=True)
        time.sleep(0.5)
        server.terminate()
        polled(lambda: server.process.poll() is not None, 3)
        wire.begin(wire.head(EVALUATE))
        time.sleep(0.1)
        wire.read_to_the_end()
        self.assertEqual([wire.answers[s].grpc_status for s in streams], [0] * len(streams))
        self.assertEqual(server.stop(), 0)

    def test_calls_of_a_client_library_finish(self):
        server = self.start()
        channel = self.enterContext(grpc.insecure_channel(server.address))
        stub = service_pb2_grpc.EligibilityServiceStub(channel)
        requests = Requests()
        call = stub.EvaluateStream(iter(requests), timeout=20)

        def ask(name):
            requests.put(
                eligibility_pb2.EvaluateStreamRequest(item_id=name, request=example("eligible"))
            )

        ask("before")
        self.assertEqual(next(call).item_id, "before")
        states = []
        watching = health_pb2_grpc.HealthStub(channel).Watch(
            health_pb2.HealthCheckRequest(service="readiness")
        )
        self.assertEqual(next(watching).status, SERVING)
        reader = threading.Thread(target=self.read, args=(watching, states))
        reader.start()
        server.terminate()
        reader.join(timeout=10)
        self.assertEqual(states, [NOT_SERVING, grpc.StatusCode.UNAVAILABLE])
        ask("after")
        answer = next(call)
        self.assertEqual(answer.item_id, "after")
        self.assertEqual(answer.response.verdict.outcome, verdict_pb2.OUTCOME_ELIGIBLE)
        requests.put(None)
        self.assertEqual(list(call), [])
        self.assertIs(call.code(), grpc.StatusCode.OK)
        self.assertEqual(server.stop(), 0)

    @staticmethod
    def read(watching, states):
        try:
            states.extend(answer.status for answer in watching)
        except grpc.RpcError as error:
            states.append(error.code())

    def test_a_second_signal_ends_it_at_once(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                server = self.start()
                wire = self.connect(server)
                wire.check("readiness")
                stream = wire.begin(wire.head(EVALUATE, [("grpc-timeout", "30S")]))
                wire.data(stream, b"\0")
                self.assertEqual(wire.check("liveness"), SERVING)
                server.terminate()
                time.sleep(0.5)
                self.assertIsNone(server.process.poll(), "it did not wait for the call")
                begin = time.monotonic()
                server.terminate(number)
                server.process.wait(timeout=5)
                self.assertLess(time.monotonic() - begin, 1)

    def test_restarts_behind_a_balancer(self):
        found = restarts_behind_haproxy(3, 400)
        self.assertEqual(found.shortfalls(50), [])

    def test_restarts_of_two_servers_that_the_client_knows(self):
        found = restarts_of_a_clients_servers(3, 300)
        self.assertEqual(found.shortfalls(50), [])

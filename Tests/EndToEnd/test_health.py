"""grpc.health.v1 of `trialgate serve`, with the stubs of grpcio-health-checking."""

import threading
import unittest

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from harness import EVALUATE, Server, ServerTestCase, polled
from wire import Wire

SERVICE = "trialgate.v1.EligibilityService"
KNOWN = ("", SERVICE, "liveness", "readiness")
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVICE_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN


def asking(service):
    return health_pb2.HealthCheckRequest(service=service)


class Watcher:
    """A Watch that is read from now on, in a thread of its own."""

    def __init__(self, channel, service):
        self.statuses = []
        self.call = health_pb2_grpc.HealthStub(channel).Watch(asking(service))
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        try:
            for answer in self.call:
                self.statuses.append(answer.status)
        except grpc.RpcError:
            pass

    def stop(self):
        self.call.cancel()
        self.thread.join(timeout=10)


class Health(ServerTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.health = health_pb2_grpc.HealthStub(cls.channel)

    def watch(self, service):
        watcher = Watcher(self.channel, service)
        self.addCleanup(watcher.stop)
        return watcher

    def test_check_of_all_that_is_known(self):
        for service in KNOWN:
            with self.subTest(service):
                self.assertEqual(self.health.Check(asking(service), timeout=5).status, SERVING)

    def test_check_of_what_is_unknown(self):
        for service in ("nobody.v1.Service", "trialgate.v1.EligibilityServic", "Liveness"):
            with self.subTest(service):
                self.assertFails(
                    grpc.StatusCode.NOT_FOUND,
                    lambda: self.health.Check(asking(service), timeout=5),
                )

    def test_list_names_them_all(self):
        statuses = self.health.List(health_pb2.HealthListRequest(), timeout=5).statuses
        self.assertLessEqual(set(KNOWN), set(statuses))
        self.assertEqual({answer.status for answer in statuses.values()}, {SERVING})

    def test_watch_answers_at_once_and_stays_open(self):
        for service, status in (
            *((known, SERVING) for known in KNOWN),
            ("nobody", SERVICE_UNKNOWN),
        ):
            with self.subTest(service):
                watcher = self.watch(service)
                self.assertTrue(polled(lambda: watcher.statuses))
                # A call that begins and ends meanwhile shows that the server had its turn.
                self.health.Check(asking(""), timeout=5)
                self.assertTrue(watcher.call.is_active())
                self.assertEqual(watcher.statuses, [status])
                watcher.stop()
                self.assertEqual(watcher.call.code(), grpc.StatusCode.CANCELLED)
                self.assertServes()

    def test_many_watchers_of_one_connection(self):
        watchers = [self.watch(KNOWN[index % len(KNOWN)]) for index in range(60)]
        self.assertTrue(polled(lambda: all(watcher.statuses for watcher in watchers)))
        for watcher in watchers:
            watcher.stop()
        self.assertEqual({tuple(watcher.statuses) for watcher in watchers}, {(SERVING,)})
        self.assertServes()

    def test_a_watch_outlives_the_default_deadline(self):
        server = Server("--default-deadline", "200")
        self.addCleanup(server.stop)
        with grpc.insecure_channel(server.address) as channel:
            watcher = Watcher(channel, "readiness")
            self.addCleanup(watcher.stop)
            self.assertTrue(polled(lambda: watcher.statuses))
            self.assertFalse(polled(lambda: not watcher.thread.is_alive(), seconds=1))


class Stopping(unittest.TestCase):
    def test_watchers_learn_that_the_server_stops_before_it_has(self):
        server = Server("--drain", "3")
        self.addCleanup(server.stop)
        with grpc.insecure_channel(server.address) as channel, Wire(server.port) as wire:
            watchers = {service: Watcher(channel, service) for service in KNOWN}
            for watcher in watchers.values():
                self.addCleanup(watcher.stop)
                self.assertTrue(polled(lambda: watcher.statuses))
            # A call without an end holds the server until its drain time is over.
            wire.data(wire.begin(wire.head(EVALUATE)), b"\0")
            self.assertEqual(wire.call("/nobody.v1.Service/Nothing", b"").grpc_status, 12)
            server.terminate()
            for service in ("", "readiness"):
                with self.subTest(service):
                    self.assertTrue(
                        polled(lambda: watchers[service].statuses == [SERVING, NOT_SERVING])
                    )
            self.assertIsNone(server.process.poll())
            self.assertEqual(server.process.wait(timeout=30), 0)
            for watcher in watchers.values():
                watcher.thread.join(timeout=10)
            self.assertEqual(watchers["liveness"].statuses, [SERVING])
            self.assertEqual(watchers["readiness"].statuses, [SERVING, NOT_SERVING])

    def test_a_watcher_alone_does_not_keep_the_server(self):
        server = Server("--drain", "60")
        self.addCleanup(server.stop)
        with grpc.insecure_channel(server.address) as channel:
            watcher = Watcher(channel, "liveness")
            self.addCleanup(watcher.stop)
            self.assertTrue(polled(lambda: watcher.statuses))
            server.terminate()
            self.assertTrue(polled(lambda: server.process.poll() is not None))
            self.assertEqual(server.stop(), 0)

"""Sockets that are slow, half open, idle, or more than there are descriptors. None of them is felt by a
client beside them. `Tests/Resilience/slow_sockets.py` has more of them, and default timers."""

import socket
import ssl
import time
import unittest

import frames
import slow
from harness import EVALUATE, Server, example
from siege import SHARE_OF_A_CORE, polite_client
from test_tls import Certificates
from wire import Wire, framed

HALF_OPEN, SLOW, IDLE = 200, 200, 1_000
# Of a connection that was not used yet, and of one that was.
IDLE_BYTES, USED_BYTES = 32 << 10, 64 << 10
DESCRIPTORS, ATTEMPTS = 128, 500


def idle(port):
    """A connection that has shaken hands and answered the server's SETTINGS."""
    opened = socket.create_connection(("127.0.0.1", port), timeout=10)
    opened.sendall(frames.OPENING + frames.frame(frames.SETTINGS, frames.ACK))
    if not opened.recv(65_536):
        raise ConnectionError("the server closed a connection")
    return opened


def idle_after_a_call(port):
    """A connection that was used once, and is not any more."""
    wire = Wire(port)
    answer = wire.call(EVALUATE, framed(example("eligible").SerializeToString()))
    if answer.grpc_status != 0:
        raise ConnectionError(f"a call was not answered: {answer}")
    return wire.socket


class SlowSockets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        slow.allow_files(8_192)
        cls.client = cls.enterClassContext(polite_client())

    def start(self, *options, **how):
        server = Server(*options, **how)
        self.addCleanup(server.stop)
        return server

    def test_half_open_connections_are_closed(self):
        server = self.start("--preface-timeout", "1")
        self.client.visit(server.address)
        for name, opening in slow.HALF_OPEN.items():
            with self.subTest(name):
                _, left = slow.seconds_to_close(server.port, opening, HALF_OPEN, 2.5)
                self.assertEqual(left, 0)
        _, faults = self.client.take()
        self.assertEqual(faults, [])

    def test_bytes_that_trickle_do_not_extend_the_time_for_the_preface(self):
        server = self.start("--preface-timeout", "1")
        begin = time.monotonic()
        with frames.Assailant(server.port, b"") as assailant:
            for byte in frames.OPENING[:-1]:
                if assailant.closed:
                    break
                assailant.send(memoryview(bytes([byte])))
                time.sleep(0.15)
                assailant.glance()
            self.assertTrue(assailant.closed)
        self.assertLess(time.monotonic() - begin, 2.5)

    def test_whole_frames_do_not_extend_the_time_for_a_header_block(self):
        server = self.start("--header-timeout", "1")
        block = frames.call_block()
        opening = frames.OPENING + frames.headers(1, block[:1], whole=False)
        begin = time.monotonic()
        with frames.Assailant(server.port, opening) as assailant:
            # Fewer frames than the limit of them.
            for index in range(1, 7):
                assailant.send(
                    memoryview(frames.frame(frames.CONTINUATION, 0, 1, block[index : index + 1]))
                )
                assailant.read_on(0.4)
            self.assertTrue(assailant.closed)
        self.assertLess(time.monotonic() - begin, 2.5)

    def test_a_connection_with_a_call_is_not_idle(self):
        server = self.start("--idle", "1", "--max-deadline", "30000")
        with Wire(server.port) as wire:
            message = framed(example("eligible").SerializeToString())
            stream = wire.begin(wire.head(EVALUATE, [("grpc-timeout", "20S")]))
            wire.data(stream, message[:10])
            time.sleep(2.5)
            wire.data(stream, message[10:], end=True)
            self.assertEqual(wire.answer(stream).grpc_status, 0)

    def test_calls_beside_slow_sockets_are_answered(self):
        """How fast is a matter for Tests/Resilience: a machine that does something else beside is no fault."""
        server = self.start()
        alone, crowded, faults = slow.beside_a_crowd(server, self.client, SLOW, 1, seconds=1)
        self.assertEqual(faults, [])
        self.assertEqual((len(alone), len(crowded)), (1, 1))

    def idle_cost(self, connect, *options):
        return slow.idle_cost(self.start(*options), connect, IDLE)

    def test_idle_connections_cost_little(self):
        for connect, limit in ((idle, IDLE_BYTES), (idle_after_a_call, USED_BYTES)):
            with self.subTest(connect.__name__):
                cost = self.idle_cost(connect)
                print(f"{connect.__name__}: {cost:,.0f} bytes each", flush=True)
                self.assertLessEqual(cost, limit)

    def test_the_cost_of_idle_connections_with_tls_is_known(self):
        files = Certificates()
        self.addCleanup(files.remove)
        context = ssl.create_default_context(cafile=files.path("authority.pem"))
        context.set_alpn_protocols(["h2"])

        def encrypted(port):
            plain = socket.create_connection(("127.0.0.1", port), timeout=10)
            secure = context.wrap_socket(plain, server_hostname="localhost")
            secure.sendall(frames.OPENING + frames.frame(frames.SETTINGS, frames.ACK))
            if not secure.recv(65_536):
                raise ConnectionError("the server closed a connection")
            return secure

        cost = self.idle_cost(
            encrypted, "--cert", files.path("server.pem"), "--key", files.path("server.key")
        )
        print(f"idle with TLS: {cost:,.0f} bytes each", flush=True)
        # No limit is promised; what a whole TLS record takes both ways is beyond what is sound.
        self.assertLessEqual(cost, 128 << 10)


class Descriptors(unittest.TestCase):
    """A server that may hold fewer sockets than are opened to it."""

    def setUp(self):
        slow.allow_files(4_096)
        self.client = self.enterContext(polite_client())

    def attempts(self, server):
        """Connections that are asked for and not waited for; the kernel takes those the server does not."""
        opened = []
        for _ in range(ATTEMPTS):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", server.port))
            opened.append(one)
        for one in opened:
            try:
                one.send(frames.OPENING)
            except OSError:
                pass  # Not connected, or refused by now.
        return opened

    def test_a_server_that_is_full_serves_whom_it_has(self):
        server = Server(prefix=("prlimit", f"--nofile={DESCRIPTORS}"))
        self.addCleanup(server.stop)
        self.client.visit(server.address)
        began, spent = time.monotonic(), server.cpu_seconds()
        self.client.sample(1)
        usual = (server.cpu_seconds() - spent) / (time.monotonic() - began)

        opened = self.attempts(server)
        time.sleep(0.5)
        self.client.take()
        began, spent = time.monotonic(), server.cpu_seconds()
        times, faults = self.client.sample(3)
        share = (server.cpu_seconds() - spent) / (time.monotonic() - began) - usual
        self.assertEqual(faults, [])
        self.assertGreater(len(times), 50)
        self.assertLess(share, SHARE_OF_A_CORE)

        for one in opened:
            one.close()
        began = time.monotonic()
        with Wire(server.port) as wire:
            answer = wire.call(EVALUATE, framed(example("eligible").SerializeToString()))
            self.assertEqual(answer.grpc_status, 0)
        self.assertLess(time.monotonic() - began, 2)
        _, faults = self.client.take()
        self.assertEqual(faults, [])
        self.assertEqual(server.stop(), 0)

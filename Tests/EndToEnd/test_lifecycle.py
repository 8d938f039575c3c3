"""Starting, stopping, and what stands in the way of it."""

import signal
import subprocess
import tempfile
import time
import unittest

import grpc

from harness import BINARY, EVALUATE, Server, command, example, free_port, service_pb2_grpc
from test_hostile import Peer, framed


class Lifecycle(unittest.TestCase):
    def start(self, *options):
        """A server that is stopped whatever becomes of the test."""
        server = Server(*options)
        self.addCleanup(server.stop)
        return server

    def test_sigterm_and_sigint_end_it_with_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = self.start()
            server.terminate(number)
            self.assertEqual(server.stop(), 0)

    def test_calls_in_flight_finish_while_it_drains(self):
        server = self.start()
        peer = Peer(server.port)
        message = framed(example("eligible").SerializeToString())
        stream = peer.request(body=message[:100], end=False)
        # An answer to another call shows that the head of the first one has arrived.
        other = peer.request(method="GET", path="/healthz", content_type=None, te=None)
        self.assertEqual(peer.answer(other)[0][":status"], "200")
        server.terminate()
        time.sleep(0.3)
        # The rest of the request comes after the server was told to stop.
        peer.read_farewell()
        peer.connection.send_data(stream, message[100:], end_stream=True)
        peer.flush()
        headers, body, reset = peer.answer(stream)
        self.assertIsNone(reset)
        self.assertEqual(headers["grpc-status"], "0")
        self.assertGreater(len(body), 5)
        self.assertEqual(server.stop(), 0)
        peer.close()

    def test_new_connections_are_refused_while_it_drains(self):
        server = self.start()
        peer = Peer(server.port)
        peer.request(body=b"\0", end=False)
        other = peer.request(method="GET", path="/healthz", content_type=None, te=None)
        peer.answer(other)
        server.terminate()
        time.sleep(0.3)
        with grpc.insecure_channel(server.address) as channel:
            with self.assertRaises(grpc.RpcError) as caught:
                channel.unary_unary(EVALUATE)(b"", timeout=2)
            self.assertIn(
                caught.exception.code(),
                (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED),
            )
        peer.close()
        self.assertEqual(server.stop(), 0)

    def test_the_drain_time_bounds_a_call_that_never_ends(self):
        server = self.start("--drain", "1")
        peer = Peer(server.port)
        peer.request(headers=[("grpc-timeout", "30S")], body=b"\0", end=False)
        other = peer.request(method="GET", path="/healthz", content_type=None, te=None)
        peer.answer(other)
        server.terminate()
        self.assertEqual(server.stop(), 0)
        peer.close()

    def test_it_starts_again_on_the_same_port_and_directory(self):
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            for _ in range(2):
                with subprocess.Popen(
                    [BINARY, "serve", "--listen", f"127.0.0.1:{port}", "--data-dir", folder],
                    stderr=subprocess.DEVNULL,
                ) as process:
                    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                        stub = service_pb2_grpc.EligibilityServiceStub(channel)
                        stub.Evaluate(example("eligible"), timeout=20, wait_for_ready=True)
                    process.terminate()
                    self.assertEqual(process.wait(timeout=20), 0)

    def test_a_directory_has_one_server(self):
        server = self.start()
        second = command(
            "serve", "--listen", f"127.0.0.1:{free_port()}", "--data-dir", server.folder
        )
        self.assertEqual(second.returncode, 75)
        self.assertIn("another server", second.stderr)
        self.assertEqual(server.stop(), 0)

    def test_a_port_that_is_taken_is_said(self):
        server = self.start()
        with tempfile.TemporaryDirectory() as folder:
            second = command("serve", "--listen", server.address, "--data-dir", folder)
        self.assertEqual(second.returncode, 1)
        self.assertIn(server.address, second.stderr)
        self.assertEqual(server.stop(), 0)

    def test_options_out_of_range_are_refused_all_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            refused = command(
                "serve", "--data-dir", folder, "--threads", "0", "--max-message", "1",
                "--max-streams", "0", "--max-connections", "0", "--default-deadline", "0",
                "--max-deadline", "0", "--idle", "0", "--drain", "4000",
            )
        self.assertEqual(refused.returncode, 64)
        for option in (
            "--threads", "--max-message", "--max-streams", "--max-connections",
            "--default-deadline", "--max-deadline", "--idle", "--drain",
        ):
            self.assertIn(option, refused.stderr)

    def test_a_directory_that_cannot_be_made_is_said(self):
        refused = command("serve", "--data-dir", "/proc/nowhere")
        self.assertEqual(refused.returncode, 73)
        self.assertIn("/proc/nowhere", refused.stderr)

    def test_addresses_that_are_none_are_said(self):
        with tempfile.TemporaryDirectory() as folder:
            for address in ("localhost", ":50051", "127.0.0.1:99999", "127.0.0.1:x"):
                refused = command("serve", "--listen", address, "--data-dir", folder)
                self.assertEqual(refused.returncode, 1, address)
                self.assertIn("127.0.0.1:50051", refused.stderr)

    def test_idle_connections_are_drained(self):
        server = self.start("--idle", "1")
        peer = Peer(server.port)
        peer.socket.settimeout(10)
        while peer.socket.recv(65_536):
            pass
        peer.close()
        self.assertEqual(server.stop(), 0)

    def test_connections_above_the_limit_are_closed(self):
        server = self.start("--max-connections", "2")
        # The probe that found the server started must be gone.
        time.sleep(0.3)
        peers = [Peer(server.port) for _ in range(2)]
        for peer in peers:
            stream = peer.request(method="GET", path="/healthz", content_type=None, te=None)
            self.assertEqual(peer.answer(stream)[0][":status"], "200")
        third = Peer(server.port)
        stream = None
        try:
            stream = third.request(method="GET", path="/healthz", content_type=None, te=None)
            self.assertEqual(third.answer(stream)[2], "closed")
        except ConnectionError:
            pass
        for peer in [*peers, third]:
            peer.close()
        self.assertEqual(server.stop(), 0)

    def test_streams_above_the_limit_are_refused(self):
        server = self.start("--max-streams", "2")
        peer = Peer(server.port)
        for _ in range(2):
            peer.request(body=b"\0", end=False)
        third = peer.request(body=b"\0", end=False)
        self.assertIsNotNone(peer.answer(third)[2])
        peer.close()
        self.assertEqual(server.stop(), 0)

    def test_the_default_deadline_ends_a_call_without_one(self):
        server = self.start("--default-deadline", "300")
        peer = Peer(server.port)
        headers, _, _ = peer.answer(peer.request(body=b"\0", end=False))
        self.assertEqual(headers["grpc-status"], "4")
        peer.close()
        self.assertEqual(server.stop(), 0)

    def test_the_longest_deadline_bounds_the_clients(self):
        server = self.start("--max-deadline", "300")
        peer = Peer(server.port)
        stream = peer.request(headers=[("grpc-timeout", "1H")], body=b"\0", end=False)
        self.assertEqual(peer.answer(stream)[0]["grpc-status"], "4")
        peer.close()
        self.assertEqual(server.stop(), 0)

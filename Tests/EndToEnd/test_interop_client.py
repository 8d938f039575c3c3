"""The interoperability cases of gRPC with our client: against our server, and against grpcio's."""

import os
import queue
import signal
import subprocess
import threading
import time
import unittest

import grpc

from harness import INTEROP_CLIENT, InteropServer
from test_tls import EncryptedTestCase
from testservice import Peer

CASES = {
    *("empty_unary", "large_unary", "client_compressed_unary", "server_compressed_unary"),
    *("client_streaming", "client_compressed_streaming", "server_streaming"),
    *("server_compressed_streaming", "ping_pong", "empty_stream", "custom_metadata"),
    *("status_code_and_message", "special_status_message", "unimplemented_method"),
    *("unimplemented_service", "cancel_after_begin", "cancel_after_first_response"),
    *("timeout_on_sleeping_server", "concurrent_large_unary", "rpc_soak", "channel_soak"),
    "steady_unary",
}
# They begin with a probe whether the server sees what is compressed, and grpcio's handlers do not.
PROBES = {"client_compressed_unary", "client_compressed_streaming"}


def run(address, *arguments):
    """What the client says of each case: `ok`, or why not; and its exit code."""
    done = subprocess.run(
        [INTEROP_CLIENT, "--server", address, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    told = {}
    for line in done.stdout.splitlines():
        word, _, rest = line.partition(" ")
        if word == "calls":
            told[word] = int(rest)
            continue
        name, _, why = rest.partition(": ")
        told[name] = word if word == "ok" else why
    return told, done


class ClientTestCase(unittest.TestCase):
    def assertPasses(self, address, cases, *arguments):
        told, done = run(
            address, "--soak", "20", "--seconds", "0.5", *arguments, *sorted(cases)
        )
        told.pop("calls", None)
        self.assertEqual(told, dict.fromkeys(cases, "ok"), done.stderr)
        self.assertEqual(done.returncode, 0)

    def peer(self, credentials=None):
        peer = Peer(credentials)
        self.addCleanup(peer.stop)
        return peer

    def ours(self, *options):
        server = InteropServer(*options)
        self.addCleanup(server.stop)
        return server


class Plaintext(ClientTestCase):
    def test_our_server(self):
        self.assertPasses(self.ours().address, CASES)

    def test_our_server_with_every_request_compressed(self):
        server = self.ours()
        for encoding in ("gzip", "deflate"):
            with self.subTest(encoding):
                self.assertPasses(server.address, CASES, "--compress", "--encoding", encoding)

    def test_grpcio(self):
        self.assertPasses(self.peer().address, CASES - PROBES)

    def test_grpcio_with_every_request_compressed(self):
        peer = self.peer()
        for encoding in ("gzip", "deflate"):
            with self.subTest(encoding):
                self.assertPasses(
                    peer.address, CASES - PROBES, "--compress", "--encoding", encoding
                )

    def test_several_servers_in_turn(self):
        servers = [self.peer(), self.peer(), self.peer()]
        others = [option for s in servers[1:] for option in ("--server", s.address)]
        self.assertPasses(servers[0].address, CASES - PROBES, *others)

    def test_a_case_that_fails_is_said_to(self):
        told, done = run(self.peer().address, *sorted(PROBES))
        self.assertEqual(set(told), PROBES)
        self.assertNotIn("ok", told.values())
        self.assertEqual(done.returncode, 1)


class Restarts(ClientTestCase):
    """Servers that stop, or are killed, and come back while calls are made all the time: none fails."""

    SECONDS = float(os.environ.get("TRIALGATE_RESTART_SECONDS", "6"))

    def check(self, servers, number, pause):
        options = [option for s in servers[1:] for option in ("--server", s.address)]
        results = queue.SimpleQueue()
        caller = threading.Thread(
            target=lambda: results.put(
                run(
                    servers[0].address, *options, "--seconds", str(self.SECONDS), "steady_unary"
                )
            )
        )
        caller.start()
        restarts = 0
        while caller.is_alive():
            time.sleep(0.7)
            index = restarts % len(servers)
            servers[index].terminate(number)
            servers[index].process.wait(timeout=30)
            time.sleep(pause)
            servers[index] = InteropServer(port=servers[index].port)
            self.addCleanup(servers[index].stop)
            restarts += 1
        told, done = results.get(timeout=30)
        self.assertEqual(told.get("steady_unary"), "ok", done.stdout + done.stderr)
        self.assertGreater(told["calls"], 100)
        self.assertGreaterEqual(restarts, 2)

    def test_one_server_that_stops_and_comes_back(self):
        self.check([self.ours()], signal.SIGTERM, 0.3)

    def test_one_server_that_is_killed_and_comes_back(self):
        self.check([self.ours()], signal.SIGKILL, 0.3)

    def test_two_servers_in_turn(self):
        self.check([self.ours(), self.ours()], signal.SIGTERM, 0)
        self.check([self.ours(), self.ours()], signal.SIGKILL, 0)


class Encrypted(EncryptedTestCase, ClientTestCase):
    def trust(self, root="authority"):
        return ("--server-ca", self.files.path(f"{root}.pem"))

    def identity(self, name):
        return ("--cert", self.files.path(f"{name}.pem"), "--key", self.files.path(f"{name}.key"))

    def credentials(self, mutual=False):
        return grpc.ssl_server_credentials(
            [(self.files.read("server.key"), self.files.read("server.pem"))],
            self.files.read("authority.pem") if mutual else None,
            mutual,
        )

    def test_our_server(self):
        self.assertPasses(self.start(InteropServer).address, CASES, *self.trust())

    def test_our_server_with_both_certificates(self):
        server = self.start(InteropServer, "--client-ca", self.files.path("authority.pem"))
        self.assertPasses(server.address, CASES, *self.trust(), *self.identity("client"))

    def test_grpcio(self):
        self.assertPasses(
            self.peer(self.credentials()).address, CASES - PROBES, *self.trust()
        )

    def test_grpcio_with_both_certificates(self):
        peer = self.peer(self.credentials(mutual=True))
        self.assertPasses(
            peer.address, CASES - PROBES, *self.trust(), *self.identity("client")
        )

    def assertRefused(self, address, *arguments):
        """No connection comes about, and the client says why."""
        told, done = run(address, *arguments, "empty_unary")
        self.assertRegex(
            told["empty_unary"], f"^UNAVAILABLE: cannot connect to {address}: .*TLS"
        )
        self.assertEqual(done.returncode, 1)
        return told["empty_unary"]

    def test_a_server_of_a_strange_authority_is_not_called(self):
        server = self.start(InteropServer)
        why = self.assertRefused(server.address, *self.trust("stranger"))
        self.assertIn("CERTIFICATE_VERIFY_FAILED", why)

    def test_a_server_of_another_name_is_not_called(self):
        self.files.certify("named", "authority", "subjectAltName=DNS:server.example")
        server = self.ours(*self.identity("named"))
        self.assertRefused(server.address, *self.trust())
        self.assertRefused(server.address, *self.trust(), "--server-name", "other.example")
        self.assertPasses(
            server.address, {"empty_unary"}, *self.trust(), "--server-name", "server.example"
        )

    def test_a_client_of_a_strange_authority_is_not_served(self):
        server = self.start(InteropServer, "--client-ca", self.files.path("authority.pem"))
        self.assertRefused(server.address, *self.trust(), *self.identity("impostor"))
        self.assertRefused(server.address, *self.trust())

    def test_a_plaintext_server_is_not_called_with_tls(self):
        self.assertRefused(self.ours().address, *self.trust())


if __name__ == "__main__":
    unittest.main()

"""Who is refused by a server with TLS, and what a server says that cannot use its files.

What is served, and the plainest refusals, stand in test_tls.py.
"""

import socket
import ssl
import subprocess
import tempfile
import time
import unittest

import grpc

import frames
from harness import BINARY, Server, example, service_pb2_grpc, verdict_pb2
from test_tls import Certificates, openssl
from wire import PREFACE

SOON = 5


class TlsTestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = Certificates()
        cls.addClassCleanup(cls.files.remove)
        cls.options = ["--cert", cls.files.path("server.pem"), "--key", cls.files.path("server.key")]

    def start(self, *options):
        server = Server(*self.options, *options)
        self.addCleanup(server.stop)
        return server

    def evaluate(self, server, identity=None):
        files = self.files
        credentials = grpc.ssl_channel_credentials(
            files.read("authority.pem"),
            files.read(f"{identity}.key") if identity else None,
            files.read(f"{identity}.pem") if identity else None,
        )
        options = [("grpc.use_local_subchannel_pool", 1)]
        with grpc.secure_channel(server.address, credentials, options=options) as channel:
            stub = service_pb2_grpc.EligibilityServiceStub(channel)
            return stub.Evaluate(example("eligible"), timeout=SOON).verdict.outcome

    def assertServed(self, server, identity=None):
        self.assertEqual(self.evaluate(server, identity), verdict_pb2.OUTCOME_ELIGIBLE)

    def assertRefused(self, server, identity=None):
        begin = time.monotonic()
        with self.assertRaises(grpc.RpcError) as caught:
            self.evaluate(server, identity)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE)
        self.assertLess(time.monotonic() - begin, SOON)

    def context(self, protocols=("h2",), lowest=None, highest=None, identity=None):
        context = ssl.create_default_context(cafile=self.files.path("authority.pem"))
        if protocols:
            context.set_alpn_protocols(list(protocols))
        if lowest:
            # This side is not to be what refuses an old version.
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = lowest
        if highest:
            context.maximum_version = highest
        if identity:
            context.load_cert_chain(
                self.files.path(f"{identity}.pem"), self.files.path(f"{identity}.key")
            )
        return context

    def first_frame(self, server, context):
        """The type of the first frame that a server sends to this client; None when it hangs up."""
        with socket.create_connection(("127.0.0.1", server.port), timeout=SOON) as plain:
            try:
                with context.wrap_socket(plain, server_hostname="localhost") as secure:
                    secure.sendall(PREFACE + frames.settings())
                    first = secure.recv(9)
            except (ssl.SSLError, ConnectionError):
                return None
        return first[3] if first else None


class Clients(TlsTestCase):
    def test_a_client_whose_certificate_has_expired_is_refused(self):
        self.files.certify("late", "authority", "subjectAltName=DNS:hospital")
        openssl(
            *("x509", "-req", "-days", "-1", "-in", self.files.path("late.csr")),
            *("-CA", self.files.path("authority.pem"), "-CAkey", self.files.path("authority.key")),
            *("-CAcreateserial", "-out", self.files.path("late.pem")),
        )
        server = self.start("--client-ca", self.files.path("authority.pem"))
        self.assertRefused(server, "late")
        self.assertServed(server, "client")

    def test_a_client_of_another_authority_or_without_a_certificate_is_refused(self):
        server = self.start("--client-ca", self.files.path("authority.pem"))
        self.assertRefused(server, "impostor")
        self.assertRefused(server)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            # In TLS 1.3 the handshake is over for the client before the server has seen its certificate.
            for identity in (None, "impostor"):
                with self.subTest(version=version, identity=identity):
                    context = self.context(lowest=version, highest=version, identity=identity)
                    self.assertIsNone(self.first_frame(server, context))
            context = self.context(lowest=version, highest=version, identity="client")
            self.assertEqual(self.first_frame(server, context), frames.SETTINGS)
        self.assertServed(server, "client")

    def test_a_self_signed_certificate_is_refused(self):
        openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=client"),
            *("-keyout", self.files.path("self.key"), "-out", self.files.path("self.pem")),
        )
        server = self.start("--client-ca", self.files.path("authority.pem"))
        self.assertRefused(server, "self")

    def test_bytes_that_are_no_tls_end_the_connection(self):
        server = self.start()
        for opening in (PREFACE + frames.settings(), b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03" * 500):
            with self.subTest(opening[:8]):
                with socket.create_connection(("127.0.0.1", server.port), timeout=SOON) as plain:
                    plain.sendall(opening)
                    answer = b""
                    try:
                        while part := plain.recv(65_536):
                            answer += part
                    except ConnectionResetError:
                        pass
                self.assertNotEqual(answer[3:4], b"\x04", "the server answered in HTTP/2")
        self.assertServed(server)

    def test_a_handshake_that_is_not_finished_is_ended(self):
        server = self.start("--preface-timeout", "1")
        # The header of a ClientHello, and nothing of it; and not a byte.
        for opening in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b""):
            with self.subTest(opening[:2]):
                with frames.Assailant(server.port, opening) as assailant:
                    assailant.read_on(2.5)
                    self.assertTrue(assailant.closed)
        self.assertServed(server)

    def test_versions(self):
        server = self.start()
        for version, expected in (
            (ssl.TLSVersion.TLSv1, None),
            (ssl.TLSVersion.TLSv1_1, None),
            (ssl.TLSVersion.TLSv1_2, frames.SETTINGS),
            (ssl.TLSVersion.TLSv1_3, frames.SETTINGS),
        ):
            with self.subTest(version):
                context = self.context(lowest=version, highest=version)
                self.assertEqual(self.first_frame(server, context), expected)
        self.assertServed(server)

    def test_a_client_that_does_not_agree_on_http2_is_refused(self):
        server = self.start()
        for protocols in ((), ("http/1.1",), ("http/1.1", "spdy/3")):
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                with self.subTest(protocols=protocols, version=version):
                    context = self.context(protocols, lowest=version, highest=version)
                    self.assertIsNone(self.first_frame(server, context))
        self.assertEqual(
            self.first_frame(server, self.context(("http/1.1", "h2"))), frames.SETTINGS
        )


class Files(TlsTestCase):
    """What stands in the way of a start is said at once, in a sentence that names the file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        files = cls.files
        (files.folder / "empty.pem").write_text("")
        (files.folder / "text.pem").write_text("this is no certificate\n")
        (files.folder / "cut.pem").write_bytes(files.read("server.pem")[:-200])
        (files.folder / "cut.key").write_bytes(files.read("server.key")[:-200])
        (files.folder / "unlinked.pem").write_bytes(
            files.read("server.pem") + files.read("stranger.pem")
        )
        (files.folder / "turned.pem").write_bytes(
            files.read("authority.pem") + files.read("server.pem")
        )
        openssl(
            *("x509", "-in", files.path("server.pem"), "-outform", "DER"),
            *("-out", files.path("binary.der")),
        )
        openssl(
            *("rsa", "-in", files.path("server.key"), "-aes256", "-passout", "pass:secret"),
            *("-out", files.path("locked.key")),
        )

    def refusal(self, cert="server.pem", key="server.key", authority="authority.pem"):
        arguments = ["--cert", self.files.path(cert), "--key", self.files.path(key)]
        arguments += ["--client-ca", self.files.path(authority)]
        with tempfile.TemporaryDirectory() as folder:
            try:
                return subprocess.run(
                    [BINARY, "serve", "--listen", "127.0.0.1:0", "--data-dir", folder, *arguments],
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    timeout=SOON,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                self.fail("it serves")

    def test_a_wrong_file_is_named_in_a_sentence(self):
        for name, files in (
            ("missing.pem", {"cert": "missing.pem"}),
            ("empty.pem", {"cert": "empty.pem"}),
            ("text.pem", {"cert": "text.pem"}),
            ("cut.pem", {"cert": "cut.pem"}),
            ("binary.der", {"cert": "binary.der"}),
            ("unlinked.pem", {"cert": "unlinked.pem"}),
            ("turned.pem", {"cert": "turned.pem"}),
            ("missing.key", {"key": "missing.key"}),
            ("cut.key", {"key": "cut.key"}),
            ("locked.key", {"key": "locked.key"}),
            # Of another certificate.
            ("client.key", {"key": "client.key"}),
            ("missing.pem", {"authority": "missing.pem"}),
            ("text.pem", {"authority": "text.pem"}),
        ):
            with self.subTest(**files):
                done = self.refusal(**files)
                self.assertNotEqual(done.returncode, 0)
                self.assertGreater(done.returncode, 0, "ended by a signal")
                # What the log says of the start is no error.
                said = [line for line in done.stderr.splitlines() if line.startswith("trialgate:")]
                self.assertEqual(len(said), 1, done.stderr)
                self.assertIn(name, said[0])
                self.assertGreater(len(said[0].split()), 4, "no sentence")

    def test_keys_of_every_usual_kind_are_taken(self):
        for name, algorithm in (
            ("p256", ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")),
            ("p384", ("ec", "-pkeyopt", "ec_paramgen_curve:P-384")),
        ):
            with self.subTest(name):
                openssl(
                    *("req", "-newkey", *algorithm, "-nodes", "-subj", f"/CN={name}"),
                    *("-keyout", self.files.path(f"{name}.key")),
                    *("-out", self.files.path(f"{name}.csr")),
                )
                (self.files.folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1")
                openssl(
                    *("x509", "-req", "-days", "2", "-in", self.files.path(f"{name}.csr")),
                    *("-CA", self.files.path("authority.pem")),
                    *("-CAkey", self.files.path("authority.key"), "-CAcreateserial"),
                    *("-extfile", self.files.path("names"), "-out", self.files.path(f"{name}.pem")),
                )
                server = Server(
                    *("--cert", self.files.path(f"{name}.pem")),
                    *("--key", self.files.path(f"{name}.key")),
                )
                self.addCleanup(server.stop)
                self.assertServed(server)

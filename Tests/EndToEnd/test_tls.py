"""TLS: who is served, who is not, and what a wrong file is told."""

import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest

import grpc

from harness import InteropServer, Server, command, example, service_pb2_grpc, verdict_pb2

from grpc.testing import empty_pb2, test_pb2_grpc


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Certificates:
    """An authority, and what it certified; in a folder that is removed."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="trialgate-tls-"))
        for name in ("authority", "stranger"):
            openssl(
                *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
                *("-subj", f"/CN={name}", "-keyout", self.path(f"{name}.key")),
                *("-out", self.path(f"{name}.pem")),
            )
        self.certify("server", "authority", "subjectAltName=DNS:localhost,IP:127.0.0.1")
        self.certify("client", "authority", "subjectAltName=DNS:hospital")
        self.certify("impostor", "stranger", "subjectAltName=DNS:hospital")

    def path(self, name):
        return str(self.folder / name)

    def read(self, name):
        return (self.folder / name).read_bytes()

    def certify(self, name, authority, extension):
        openssl(
            *("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"),
            *("-keyout", self.path(f"{name}.key"), "-out", self.path(f"{name}.csr")),
        )
        (self.folder / "extension").write_text(extension)
        openssl(
            *("x509", "-req", "-days", "2", "-in", self.path(f"{name}.csr")),
            *("-CA", self.path(f"{authority}.pem"), "-CAkey", self.path(f"{authority}.key")),
            *("-CAcreateserial", "-extfile", self.path("extension")),
            *("-out", self.path(f"{name}.pem")),
        )

    def remove(self):
        shutil.rmtree(self.folder)


class EncryptedTestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = Certificates()
        cls.addClassCleanup(cls.files.remove)
        cls.options = ["--cert", cls.files.path("server.pem"), "--key", cls.files.path("server.key")]

    def start(self, kind, *options):
        server = kind(*self.options, *options)
        self.addCleanup(server.stop)
        return server

    def channel(self, server, identity=None, root="authority"):
        credentials = grpc.ssl_channel_credentials(
            self.files.read(f"{root}.pem"),
            self.files.read(f"{identity}.key") if identity else None,
            self.files.read(f"{identity}.pem") if identity else None,
        )
        channel = grpc.secure_channel(server.address, credentials)
        self.addCleanup(channel.close)
        return channel

    def evaluate(self, channel):
        stub = service_pb2_grpc.EligibilityServiceStub(channel)
        return stub.Evaluate(example("eligible"), timeout=10).verdict.outcome

    def assertUnavailable(self, channel):
        with self.assertRaises(grpc.RpcError) as caught:
            self.evaluate(channel)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE)


class Tls(EncryptedTestCase):
    def test_a_client_that_trusts_the_authority_is_served(self):
        server = self.start(Server)
        self.assertEqual(self.evaluate(self.channel(server)), verdict_pb2.OUTCOME_ELIGIBLE)
        self.assertUnavailable(self.channel(server, root="stranger"))
        with grpc.insecure_channel(server.address) as plain:
            self.assertUnavailable(plain)
        self.assertEqual(self.evaluate(self.channel(server)), verdict_pb2.OUTCOME_ELIGIBLE)

    def test_the_test_server_takes_the_same_files(self):
        server = self.start(InteropServer, "--client-ca", self.files.path("authority.pem"))
        stub = test_pb2_grpc.TestServiceStub(self.channel(server, "client"))
        self.assertEqual(stub.EmptyCall(empty_pb2.Empty(), timeout=10), empty_pb2.Empty())

    def test_clients_show_a_certificate_where_one_is_asked_for(self):
        server = self.start(Server, "--client-ca", self.files.path("authority.pem"))
        self.assertEqual(
            self.evaluate(self.channel(server, "client")), verdict_pb2.OUTCOME_ELIGIBLE
        )
        self.assertUnavailable(self.channel(server))
        self.assertUnavailable(self.channel(server, "impostor"))

    def handshake(self, server, protocols, highest=None):
        """The protocol agreed on and what the server sends first."""
        context = ssl.create_default_context(cafile=self.files.path("authority.pem"))
        context.set_alpn_protocols(protocols)
        if highest:
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = highest
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                try:
                    return secure.selected_alpn_protocol(), secure.version(), secure.recv(9)
                except ConnectionResetError:
                    return secure.selected_alpn_protocol(), secure.version(), b""

    def test_http2_alone_is_agreed_on(self):
        server = self.start(Server)
        protocol, version, first = self.handshake(server, ["http/1.1", "h2"])
        self.assertEqual((protocol, version), ("h2", "TLSv1.3"))
        self.assertEqual(first[3], 4, "the server's first frame is SETTINGS")
        try:
            protocol, _, first = self.handshake(server, ["http/1.1"])
            self.assertIsNone(protocol)
        except ssl.SSLError:
            pass  # A refusal within the handshake is as good.
        self.assertEqual(self.evaluate(self.channel(server)), verdict_pb2.OUTCOME_ELIGIBLE)

    def test_versions_before_1_2_are_refused(self):
        server = self.start(Server)
        self.assertEqual(self.handshake(server, ["h2"], ssl.TLSVersion.TLSv1_2)[1], "TLSv1.2")
        with self.assertRaises((ssl.SSLError, ConnectionResetError)):
            self.handshake(server, ["h2"], ssl.TLSVersion.TLSv1_1)

    def test_a_wrong_file_is_named(self):
        good = {"--cert": "server.pem", "--key": "server.key", "--client-ca": "authority.pem"}
        (self.files.folder / "empty.pem").write_text("")
        (self.files.folder / "noise.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n")
        for option, name in (
            ("--cert", "missing.pem"),
            ("--cert", "empty.pem"),
            ("--cert", "noise.pem"),
            ("--key", "missing.key"),
            ("--key", "server.pem"),
            ("--key", "client.key"),
            ("--client-ca", "missing.pem"),
            ("--client-ca", "empty.pem"),
        ):
            with self.subTest(f"{option} {name}"):
                arguments = [
                    part
                    for key, value in (good | {option: name}).items()
                    for part in (key, self.files.path(value))
                ]
                done = command(
                    *("serve", "--listen", "127.0.0.1:0", "--data-dir"),
                    *(self.files.path("data"), *arguments),
                )
                self.assertEqual(done.returncode, 1)
                self.assertIn(name, done.stderr)

    def test_one_file_alone_is_refused(self):
        for option in ("--cert", "--key", "--client-ca"):
            done = command(
                *("serve", "--listen", "127.0.0.1:0", "--data-dir", self.files.path("data")),
                *(option, self.files.path("server.pem")),
            )
            self.assertEqual(done.returncode, 64)
            self.assertIn("--cert and --key", done.stderr)

"""Certificates that are replaced while clients come and go."""

import os
import pathlib
import shutil
import socket
import ssl
import tempfile
import threading
import time

import grpc

from harness import EVALUATE, example
from test_tls import Certificates, openssl

NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"
TIMEOUT = 10


class Rotation:
    """The files that a server was told, and certificates to put in their place."""

    def __init__(self):
        self.files = Certificates()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="trialgate-rotation-"))
        self.certificate, self.key = self.folder / "tls.crt", self.folder / "tls.key"
        self.number = 0
        self.put(self.make())

    @property
    def options(self):
        return ("--cert", str(self.certificate), "--key", str(self.key))

    def remove(self):
        self.files.remove()
        shutil.rmtree(self.folder)

    def make(self):
        """A new pair of the same authority; its files and its serial number."""
        self.number += 1
        serial = 0x6373081_0000 + self.number
        base = self.files.path(f"turn{self.number}")
        openssl(
            *("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-subj", "/CN=server", "-keyout", f"{base}.key", "-out", f"{base}.csr"),
        )
        pathlib.Path(f"{base}.names").write_text(NAMES)
        openssl(
            *("x509", "-req", "-days", "2", "-in", f"{base}.csr", "-set_serial", str(serial)),
            *("-CA", self.files.path("authority.pem"), "-CAkey", self.files.path("authority.key")),
            *("-extfile", f"{base}.names", "-out", f"{base}.pem"),
        )
        return f"{base}.pem", f"{base}.key", serial

    def put(self, made, pause=0):
        """Replaces both files, each at once; between them they do not fit each other."""
        certificate, key, serial = made
        self.replace(self.certificate, pathlib.Path(certificate).read_bytes())
        time.sleep(pause)
        self.replace(self.key, pathlib.Path(key).read_bytes())
        return serial

    @staticmethod
    def replace(path, content):
        new = path.with_suffix(".new")
        new.write_bytes(content)
        os.replace(new, path)

    def served(self, port):
        """The serial number of the certificate that a new connection is shown."""
        context = ssl.create_default_context(cafile=self.files.path("authority.pem"))
        context.set_alpn_protocols(["h2"])
        with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                return int(secure.getpeercert()["serialNumber"], 16)

    def seconds_until_served(self, port, serial, patience):
        """How long it took until new connections were shown this certificate; None if they were not."""
        begin = time.monotonic()
        while time.monotonic() < begin + patience:
            if self.served(port) == serial:
                return time.monotonic() - begin
            time.sleep(0.05)
        return None


class Visitors:
    """Clients that call over a fresh connection each time, and one that keeps its own."""

    def __init__(self, server, authority, fresh=2):
        self.server = server
        self.credentials = grpc.ssl_channel_credentials(authority)
        self.request = example("eligible").SerializeToString()
        self.answered, self.faults = 0, []
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.come_and_go) for _ in range(fresh)]
        self.threads.append(threading.Thread(target=self.stay))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def channel(self):
        return grpc.secure_channel(
            self.server.address,
            self.credentials,
            options=[("grpc.use_local_subchannel_pool", 1)],
        )

    def call(self, channel):
        try:
            channel.unary_unary(EVALUATE)(self.request, timeout=TIMEOUT)
            with self.lock:
                self.answered += 1
        except grpc.RpcError as error:
            with self.lock:
                self.faults.append(f"{error.code().name}: {error.details()}")

    def come_and_go(self):
        while not self.stopped.is_set():
            with self.channel() as channel:
                self.call(channel)

    def stay(self):
        with self.channel() as channel:
            while not self.stopped.wait(0.01):
                self.call(channel)


def rotate(server, rotation, times, patience):
    """Replaces the certificate so often under load. How long each took to be served, and what failed."""
    took = []
    made = [rotation.make() for _ in range(times)]
    with Visitors(server, rotation.files.read("authority.pem")) as visitors:
        for index, one in enumerate(made):
            # Now and then the files are looked at while only one of them is new.
            serial = rotation.put(one, pause=1.5 if index % 3 == 1 else 0)
            took.append(rotation.seconds_until_served(server.port, serial, patience))
    return took, visitors

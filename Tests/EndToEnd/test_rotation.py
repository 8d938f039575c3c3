"""Certificates are replaced while the server runs. `Tests/Resilience/rotations.py` does it ten times."""

import signal
import time
import unittest

from harness import Server, polled
from rotation import Rotation, Visitors, rotate

# Seconds between looks at the files; without any, only a signal makes them be read again.
OFTEN = ("--tls-reload-interval", "1")
NEVER = ("--tls-reload-interval", "0")
PATIENCE = 4


class Reloading(unittest.TestCase):
    def setUp(self):
        self.rotation = Rotation()
        self.addCleanup(self.rotation.remove)

    def start(self, *options):
        server = Server(*self.rotation.options, *options)
        self.addCleanup(server.stop)
        return server

    def test_certificates_are_replaced_under_load(self):
        server = self.start(*OFTEN)
        took, visitors = rotate(server, self.rotation, 3, PATIENCE)
        self.assertEqual(visitors.faults, [])
        self.assertGreater(visitors.answered, 50)
        self.assertNotIn(None, took)
        self.assertEqual(server.stop(), 0)

    def test_a_hangup_signal_reloads_at_once(self):
        server = self.start(*NEVER)
        with Visitors(server, self.rotation.files.read("authority.pem")) as visitors:
            first = self.rotation.served(server.port)
            serial = self.rotation.put(self.rotation.make())
            time.sleep(1.5)
            self.assertEqual(self.rotation.served(server.port), first)
            server.terminate(signal.SIGHUP)
            self.assertIsNotNone(self.rotation.seconds_until_served(server.port, serial, 1))
        self.assertEqual(visitors.faults, [])
        self.assertIsNone(server.process.poll())

    def test_a_hangup_signal_without_tls_ends_nothing(self):
        server = Server()
        self.addCleanup(server.stop)
        server.terminate(signal.SIGHUP)
        time.sleep(0.3)
        self.assertIsNone(server.process.poll())
        self.assertEqual(server.stop(), 0)

    def test_files_that_cannot_be_used_leave_the_old_certificate(self):
        server = self.start(*OFTEN)
        first = self.rotation.served(server.port)
        good = self.rotation.make()
        with Visitors(server, self.rotation.files.read("authority.pem")) as visitors:
            for path in (self.rotation.certificate, self.rotation.key):
                kept = path.read_bytes()
                self.rotation.replace(path, b"-----BEGIN NOTHING-----\n")
                self.assertTrue(polled(lambda: path.name in server.output(), PATIENCE), path)
                self.assertEqual(self.rotation.served(server.port), first)
                self.rotation.replace(path, kept)
            self.rotation.certificate.unlink()
            time.sleep(1.5)
            self.assertEqual(self.rotation.served(server.port), first)
            # And once they can be, they are.
            serial = self.rotation.put(good)
            self.assertIsNotNone(
                self.rotation.seconds_until_served(server.port, serial, PATIENCE)
            )
        self.assertEqual(visitors.faults, [])
        self.assertNotIn("PRIVATE KEY", server.output())

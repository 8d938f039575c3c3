"""`trialgate bench`: what it counts is what the server did, and it sees what the server's callers would."""

import signal
import tempfile
import time
import unittest

import bench
from harness import Server, command
from test_tls import EncryptedTestCase


class BenchTestCase(unittest.TestCase):
    def start(self, *options, **keywords):
        server = Server(*options, **keywords)
        self.addCleanup(server.stop)
        return server


class Counts(BenchTestCase):
    def test_a_closed_loop_answers_and_counts(self):
        server = self.start()
        for options in ((), ("--stream",)):
            with self.subTest(options):
                seen = bench.bench(
                    server, "--duration", "1s", "--connections", "2", "--streams", "3", *options
                )
                self.assertEqual(seen["loop"], "closed")
                self.assertGreater(seen["answered"], 0)
                self.assertEqual(seen["statuses"], {"OK": seen["answered"]})
                self.assertEqual(seen["service_time_us"]["count"], seen["answered"])
                self.assertGreaterEqual(seen["latency_us"]["count"], seen["answered"])
                self.assertAlmostEqual(seen["seconds"], 1, delta=0.5)
                self.assertAlmostEqual(
                    seen["answered_per_second"], seen["answered"] / seen["seconds"], delta=0.1
                )
                self.assertGreater(seen["answer_bytes"], seen["answered"] * 100)

    def test_an_open_loop_begins_as_many_calls_as_it_shall(self):
        server = self.start()
        for options in ((), ("--stream",)):
            with self.subTest(options):
                seen = bench.bench(
                    server, "--rate", "20", "--duration", "2s", "--connections", "2", *options
                )
                self.assertEqual(seen["loop"], "open")
                self.assertEqual(seen["failed"], 0)
                # The last ones may be on their way when the time is over.
                self.assertGreaterEqual(seen["answered"], 34)
                self.assertLessEqual(seen["answered"], 42)
                self.assertEqual(seen["latency_us"]["count"], seen["answered"])

    def test_warming_up_is_not_counted(self):
        seen = bench.bench(
            self.start(), "--rate", "20", "--warm-up", "1s", "--duration", "1s"
        )
        self.assertLessEqual(seen["answered"], 24)

    def test_requests_of_a_folder_are_sent_in_turn(self):
        server = self.start()
        with bench.folder_of("eligible", "ineligible") as both:
            mixed = bench.bench(server, "--duration", "1s", request=both)
        alone = bench.bench(server, "--duration", "500ms")
        self.assertEqual(mixed["failed"], 0)
        self.assertNotAlmostEqual(
            mixed["request_bytes"] / mixed["answered"],
            alone["request_bytes"] / alone["answered"],
            delta=1,
        )


class Faults(BenchTestCase):
    def test_failures_are_counted_by_their_status(self):
        server = self.start("--max-message", "1024")
        seen = bench.bench(server, "--rate", "20", "--duration", "1s")
        self.assertEqual(set(seen["statuses"]), {"RESOURCE_EXHAUSTED"})
        self.assertEqual(seen["failed"], sum(seen["statuses"].values()))
        self.assertEqual((seen["answered"], seen["latency_us"]["count"]), (0, 0))

    def test_items_at_fault_are_counted_by_their_status(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as wrong:
            wrong.write("index_date: tomorrow\nsnapshot: {as_of: yesterday}\n")
            wrong.flush()
            seen = bench.bench(
                self.start(), "--stream", "--rate", "20", "--duration", "1s", request=wrong.name
            )
        self.assertEqual(set(seen["statuses"]), {"INVALID_ARGUMENT"})

    def test_a_server_that_comes_back_is_called_again(self):
        server = self.start()
        process = bench.start(server, "--rate", "50", "--duration", "4s")
        time.sleep(1)
        server.terminate()
        server.process.wait(timeout=30)
        time.sleep(0.5)
        again = self.start(port=server.port)
        seen = bench.result(process)
        self.assertGreaterEqual(seen["lost_connections"], 1)
        self.assertGreater(seen["answered"], 60)
        self.assertTrue(again.process.poll() is None)

    def test_what_is_wrong_is_said(self):
        for arguments, code, word in (
            (["--request", "/nowhere"], 66, "cannot read"),
            (["--request", bench.REQUEST, "--connections", "0"], 64, "--connections"),
            (["--request", bench.REQUEST, "--streams", "10001"], 64, "--streams"),
            (["--request", bench.REQUEST, "--rate", "0"], 64, "--rate"),
            (["--request", bench.REQUEST, "--duration", "soon"], 64, "--duration"),
            (["--request", bench.REQUEST, "--duration", "0"], 64, "--duration"),
            (["--request", bench.REQUEST, "--timeout", "0"], 64, "--timeout"),
            (["--request", bench.REQUEST, "--server", "127.0.0.1:1"], 1, "cannot connect"),
            (["--request", bench.REQUEST, "--server", "nowhere"], 1, "HOST:PORT"),
        ):
            with self.subTest(arguments):
                done = command("bench", *arguments)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(word, done.stderr)


class Stall(BenchTestCase):
    """A server that stands still for a second."""

    def paused(self, *options):
        # At its default of a second the server may take the pause for overload and refuse what waited.
        server = self.start("--max-lag", "10000")
        process = bench.start(server, "--duration", "4s", "--connections", "2", *options)
        time.sleep(1.5)
        server.process.send_signal(signal.SIGSTOP)
        time.sleep(1)
        server.process.send_signal(signal.SIGCONT)
        return bench.result(process)

    def test_an_open_loop_shows_it_in_every_call_that_waited(self):
        for options in (("--streams", "1"), ("--streams", "1", "--stream")):
            with self.subTest(options):
                seen = self.paused("--rate", "20", *options)
                # A quarter of the calls was meant to begin in that second, evenly spread over it; two
                # of them, one a connection, were on their way.
                self.assertGreater(seen["latency_us"]["max"], 900_000)
                self.assertGreater(seen["latency_us"]["p90"], 400_000)
                self.assertGreater(
                    seen["latency_us"]["p90"], 2 * seen["service_time_us"]["p90"]
                )

    def test_a_closed_loop_shows_it_corrected(self):
        seen = self.paused("--streams", "1")
        self.assertGreater(seen["service_time_us"]["max"], 900_000)
        self.assertLess(seen["service_time_us"]["p90"], 400_000)
        self.assertGreater(seen["latency_us"]["p90"], 400_000)


class Encrypted(EncryptedTestCase):
    def test_tls_and_both_certificates(self):
        server = self.start(Server, "--client-ca", self.files.path("authority.pem"))
        identity = ("--client-cert", self.files.path("client.pem"))
        identity += ("--client-key", self.files.path("client.key"))
        seen = bench.bench(
            server, "--duration", "500ms", "--server-ca", self.files.path("authority.pem"), *identity
        )
        self.assertEqual(seen["failed"], 0)
        self.assertGreater(seen["answered"], 0)

    def test_the_other_commands(self):
        server = self.start(Server, "--client-ca", self.files.path("authority.pem"))
        address = ("--server", server.address)
        trust = ("--server-ca", self.files.path("authority.pem"))
        identity = ("--client-cert", self.files.path("client.pem"))
        identity += ("--client-key", self.files.path("client.key"))
        for arguments in (
            ("evaluate", bench.REQUEST, *address),
            ("config", "list", "versions", *address),
        ):
            with self.subTest(arguments[0]):
                self.assertEqual(command(*arguments, *trust, *identity).returncode, 0)
                for less in ((), trust, ("--tls", *identity)):
                    done = command(*arguments, *less)
                    self.assertEqual(done.returncode, 1)
                    self.assertIn("UNAVAILABLE", done.stderr)
                self.assertEqual(command(*arguments, *identity[:2]).returncode, 64)


if __name__ == "__main__":
    unittest.main()

"""Every limit has a flag; every flag sets the one limit that it names, and refuses what is no sense."""

import re
import socket
import subprocess
import tempfile
import unittest

from harness import BINARY, Server

# Options of `serve` that are no limits of the server's configuration.
OTHERS = {
    "--listen",
    "--data-dir",
    "--cert",
    "--key",
    "--client-ca",
    "--tls-reload-interval",
    "--drain-delay",
    "--help",
    "--version",
}


def flags():
    """The limits' flags with their defaults."""
    helped = subprocess.run([BINARY, "serve", "--help"], capture_output=True, text=True).stdout
    helped = re.sub(r"\s+", " ", helped)
    found = dict(re.findall(r"(--[a-z-]+) <[^>]*>[^<]*?\(default: (\d+)\)", helped))
    return {flag: int(value) for flag, value in found.items() if flag not in OTHERS}


def shown(*options):
    """What a server says of its limits when it starts."""
    server = Server(*options)
    said = server.output()
    server.stop()
    (line,) = [line for line in said.splitlines() if line.endswith(" limits")]
    return dict(re.findall(r"(\w+)=(\d+)", line))


class Limits(unittest.TestCase):
    def test_each_flag_sets_one_limit(self):
        defaults = flags()
        self.assertGreater(len(defaults), 25)
        before = shown()
        known = {}
        for flag, value in defaults.items():
            changed = max(value - 1, 1) if value > 1 else value + 1
            after = shown(flag, str(changed))
            differing = {name for name in before if before[name] != after[name]}
            self.assertEqual(len(differing), 1, flag)
            (name,) = differing
            self.assertEqual((int(before[name]), int(after[name])), (value, changed), flag)
            self.assertNotIn(name, known, f"{flag} and {known.get(name)} set the same")
            known[name] = flag

    def test_a_value_without_sense_is_refused_with_its_range(self):
        for flag in flags():
            for value in ("-1", "999999999999999"):
                with self.subTest(flag=flag, value=value), tempfile.TemporaryDirectory() as folder:
                    done = subprocess.run(
                        [BINARY, "serve", "--data-dir", folder, f"{flag}={value}"],
                        capture_output=True,
                        text=True,
                        timeout=10,
                    )
                    self.assertEqual(done.returncode, 64, done.stderr)
                    self.assertIn(flag, done.stderr)
                    self.assertEqual(done.stdout, "")


class CutOff(unittest.TestCase):
    def test_who_is_cut_off_is_said_once_and_counted(self):
        server = Server("--preface-timeout", "1")
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as silent:
            silent.sendall(b"PRI * HTTP/2.0")
            while silent.recv(4_096):
                pass
            peer = silent.getsockname()[1]
        server.terminate()
        self.assertEqual(server.process.wait(timeout=10), 0)
        lines = server.output().splitlines()
        server.stop()
        said = [line for line in lines if "connection cut off" in line]
        self.assertEqual(len(said), 1, said)
        self.assertIn(str(peer), said[0])
        self.assertIn("no preface and SETTINGS in time", said[0])
        (end,) = [line for line in lines if line.endswith(" stopped")]
        self.assertIn("cut_off=1 ", end)


if __name__ == "__main__":
    unittest.main()

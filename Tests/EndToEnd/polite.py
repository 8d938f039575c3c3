"""A polite client in a process of its own: one call after the other at a fixed pace, and how each went.

It obeys lines of its input, and answers each with a line of JSON:
visit ADDRESS = from now on calls go there, over a connection of their own
take = what became of the calls since the last time
rest = no calls until the next visit
"""

import json
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading
import time

import grpc

WARM_UP = 30
TIMEOUT = 10


class Polite:
    """The parent's side."""

    def __init__(self, method, request, interval=0.02):
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(request)
        self.file = pathlib.Path(file.name)
        self.process = subprocess.Popen(
            [sys.executable, __file__, method, str(self.file), str(interval)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=TIMEOUT)
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.file.unlink()

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError("the polite client is gone")
        return json.loads(answer)

    def visit(self, address):
        """Connects anew, and warms up; a server that does not serve it is an error."""
        faults = self.ask(f"visit {address}")
        if faults:
            raise RuntimeError(f"the polite client is not served: {faults[0]}")

    def take(self):
        """Times of the calls that succeeded since the last time, in ms, and what the others ended with."""
        answer = self.ask("take")
        return answer["times"], answer["faults"]

    def rest(self):
        self.ask("rest")

    def sample(self, seconds):
        """The same for the seconds that come."""
        self.take()
        time.sleep(seconds)
        return self.take()


def percentile(times, share):
    """The time below which this share of the calls stayed; infinite when there were none."""
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("inf")


class Client:
    """The child's side."""

    def __init__(self, method, request, interval):
        self.method, self.request, self.interval = method, request, interval
        self.channel = self.call = None
        self.times, self.faults = [], []

    def attempt(self):
        begin = time.perf_counter()
        try:
            self.call(self.request, timeout=TIMEOUT)
            self.times.append((time.perf_counter() - begin) * 1_000)
        except grpc.RpcError as error:
            self.faults.append(f"{error.code().name}: {error.details()}")

    def rest(self):
        if self.channel is not None:
            self.channel.close()
        self.channel = self.call = None

    def visit(self, address):
        self.rest()
        self.take()
        self.channel = grpc.insecure_channel(
            address, options=[("grpc.use_local_subchannel_pool", 1)]
        )
        self.call = self.channel.unary_unary(self.method)
        for _ in range(WARM_UP):
            self.attempt()
        return self.take()["faults"]

    def take(self):
        taken = {"times": self.times, "faults": self.faults}
        self.times, self.faults = [], []
        return taken

    def obey(self, line):
        word, _, rest = line.strip().partition(" ")
        if word == "visit":
            return self.visit(rest)
        if word == "rest":
            return self.rest()
        return self.take()

    def run(self, lines):
        due = time.monotonic()
        while True:
            wait = max(due - time.monotonic(), 0) if self.call else None
            try:
                line = lines.get(timeout=wait)
            except queue.Empty:
                self.attempt()
                due = max(due + self.interval, time.monotonic())
                continue
            if line is None:
                return
            print(json.dumps(self.obey(line)), flush=True)
            due = time.monotonic()


def main():
    method, file, interval = sys.argv[1:]
    lines = queue.SimpleQueue()

    def read():
        for line in sys.stdin:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    Client(method, pathlib.Path(file).read_bytes(), float(interval)).run(lines)


if __name__ == "__main__":
    main()

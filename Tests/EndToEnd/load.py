"""Calls at a steady rate from several processes, and what became of every one of them."""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import grpc

from polite import percentile

TIMEOUT = 5
IN_FLIGHT = 200
CHANNELS = 2
RECONNECTION = ("initial", "min", "max")


class Load:
    """The parent's side: processes that call from its beginning to its end."""

    def __init__(self, target, method, request, rate, processes=3, policy=None):
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(request)
        self.file = pathlib.Path(file.name)
        command = [sys.executable, __file__, target, method, str(self.file), str(rate / processes)]
        if policy:
            command.append(policy)
        self.processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(processes)
        ]
        self.results = []

    def __enter__(self):
        for process in self.processes:
            if process.stdout.readline() != "calling\n":
                raise RuntimeError("the load did not begin")
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.stdin.close()
        for process in self.processes:
            said = process.stdout.read()
            process.wait(timeout=30)
            process.stdout.close()
            self.results.append(json.loads(said) if said else {"lost": 1})
        self.file.unlink()

    @property
    def answered(self):
        return sum(result["answered"] for result in self.results)

    @property
    def rate(self):
        """Calls answered in a second."""
        return sum(result["answered"] / result["seconds"] for result in self.results)

    @property
    def worst_ms(self):
        """The time of the slowest call but one in a hundred, of the process that fared worst."""
        return max(result["p99"] for result in self.results)

    @property
    def faults(self):
        """How often calls ended with what, other than OK."""
        found = collections.Counter()
        for result in self.results:
            found.update(result["faults"])
        return dict(found)


class Caller:
    """The child's side."""

    def __init__(self, target, method, request, policy=None):
        options = [("grpc.use_local_subchannel_pool", 1)]
        if policy:
            options.append(("grpc.lb_policy_name", policy))
            # A server that is back has to be found before the other one goes.
            options += [(f"grpc.{word}_reconnect_backoff_ms", 200) for word in RECONNECTION]
        self.channels = [grpc.insecure_channel(target, options=options) for _ in range(CHANNELS)]
        self.calls = [channel.unary_unary(method) for channel in self.channels]
        self.request = request
        self.slots = threading.Semaphore(IN_FLIGHT)
        self.lock = threading.Lock()
        self.times, self.faults = [], collections.Counter()

    def begin(self, index):
        self.slots.acquire()
        begun = time.perf_counter()
        future = self.calls[index % CHANNELS].future(self.request, timeout=TIMEOUT)
        future.add_done_callback(lambda done: self.ended(done, begun))

    def ended(self, done, begun):
        with self.lock:
            if done.code() is grpc.StatusCode.OK:
                self.times.append((time.perf_counter() - begun) * 1_000)
            else:
                self.faults[f"{done.code().name}: {done.details()}"] += 1
        self.slots.release()

    def run(self, rate, stopped):
        begin = due = time.monotonic()
        index = 0
        while not stopped.is_set():
            self.begin(index)
            index += 1
            # What is late is made up for, but for no more than a second.
            due = max(due + 1 / rate, time.monotonic() - 1)
            time.sleep(max(0, due - time.monotonic()))
        for _ in range(IN_FLIGHT):
            self.slots.acquire()
        return {
            "answered": len(self.times),
            "seconds": time.monotonic() - begin,
            "p99": percentile(self.times, 0.99),
            "faults": dict(self.faults),
        }


def main():
    target, method, file, rate, *policy = sys.argv[1:]
    caller = Caller(target, method, pathlib.Path(file).read_bytes(), *policy)
    for call in caller.calls:
        call(caller.request, timeout=TIMEOUT, wait_for_ready=True)
    stopped = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stopped.set()), daemon=True).start()
    print("calling", flush=True)
    print(json.dumps(caller.run(float(rate), stopped)), flush=True)


if __name__ == "__main__":
    main()

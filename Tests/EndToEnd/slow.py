"""Many sockets that hardly do anything: half-open ones, slow ones, and ones that are idle."""

import resource
import select
import socket
import threading
import time

import frames
from frames import OPENING, Assailant
from polite import percentile
from wire import PREFACE

# A byte of each slow socket; the server's timers are longer than that, so that only they can end it.
BYTE_EVERY_SECONDS = 4
ROUND_SECONDS = 4
# Two medians of the same thing on a busy machine differ by so much.
NOISE = 0.2


def allow_files(count):
    """Lets this process, and the servers it starts from now on, hold so many sockets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise RuntimeError(f"{count} open files are needed, and {hard} are allowed")
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


HALF_OPEN = {
    "not a byte": b"",
    "half of the preface": PREFACE[:12],
    "the preface without SETTINGS": PREFACE,
    "half of SETTINGS": OPENING[: len(PREFACE) + 4],
}


def seconds_to_close(port, opening, count, patience):
    """When the last of these connections was closed, in seconds; and how many were not in time."""
    begin = time.monotonic()
    everyone = [Assailant(port, opening) for _ in range(count)]
    left = list(everyone)
    try:
        while left and time.monotonic() < begin + patience:
            time.sleep(0.05)
            for assailant in left:
                assailant.glance()
            left = [assailant for assailant in left if not assailant.closed]
        return time.monotonic() - begin, len(left)
    finally:
        for assailant in everyone:
            assailant.socket.close()


class Crowd:
    """So many sockets that send a byte now and then; one that is closed is opened again.

    Half of them never finish the preface, the other half a header block.
    """

    def __init__(self, port, count):
        self.port, self.count = port, count
        block = frames.call_block()
        # In both cases more bytes than a test has time for.
        self.scripts = (
            (PREFACE[:1], PREFACE[1:]),
            (OPENING + frames.headers(1, block)[: frames.FRAME_HEADER_BYTES], block),
        )
        self.stopped = threading.Event()
        self.opened, self.most = 0, 0
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.sockets = {}
        self.poll = select.poll()
        for index in range(self.count):
            self.open(index)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()
        for opened, _, _ in self.sockets.values():
            opened.close()

    def open(self, index):
        opening, rest = self.scripts[index % 2]
        opened = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        opened.setblocking(False)
        self.sockets[opened.fileno()] = (opened, index, iter(rest))
        self.poll.register(opened, select.POLLIN | select.POLLRDHUP)
        self.send(opened, opening)
        self.opened += 1
        self.most = max(self.most, len(self.sockets))

    @staticmethod
    def send(opened, data):
        try:
            opened.send(data)
        except OSError:
            pass  # It is closed, which the poll tells.

    def run(self):
        turn = 0
        while not self.stopped.wait(0.05):
            for descriptor, _ in self.poll.poll(0):
                self.look(descriptor)
            # Each socket has its turn once in so many seconds.
            due = int(self.count * 0.05 / BYTE_EVERY_SECONDS) + 1
            everyone = list(self.sockets.values())
            for offset in range(due):
                opened, _, rest = everyone[(turn + offset) % len(everyone)]
                byte = next(rest, None)
                if byte is not None:
                    self.send(opened, bytes([byte]))
            turn += due

    def look(self, descriptor):
        opened, index, _ = self.sockets[descriptor]
        try:
            data = opened.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.poll.unregister(opened)
            del self.sockets[descriptor]
            opened.close()
            self.open(index)


def beside_a_crowd(server, client, count, rounds, seconds=ROUND_SECONDS):
    """Medians of a polite client's calls, without and with the crowd by turns; and what failed."""
    client.visit(server.address)
    alone, crowded, faults = [], [], []
    for _ in range(rounds):
        times, failed = client.sample(seconds)
        alone.append(percentile(times, 0.5))
        faults += failed
        with Crowd(server.port, count) as crowd:
            client.take()
            times, failed = client.sample(seconds)
            faults += failed
        if crowd.most < count:
            raise RuntimeError(f"only {crowd.most} sockets were open")
        crowded.append(percentile(times, 0.5))
    return alone, crowded, faults


def within_noise(alone, crowded):
    """Whether the median of the rounds is what it was, or among what it was, without the crowd."""
    usual = sorted(alone)[len(alone) // 2]
    now = sorted(crowded)[len(crowded) // 2]
    return now <= max(usual * (1 + NOISE), max(alone))


def idle_cost(server, connect, count):
    """Bytes of the server's memory for each connection that has nothing to do."""
    first = [connect(server.port) for _ in range(50)]
    before = server.resident_bytes()
    idle = [connect(server.port) for _ in range(count)]
    time.sleep(0.5)
    cost = (server.resident_bytes() - before) / count
    for connection in first + idle:
        connection.close()
    return cost

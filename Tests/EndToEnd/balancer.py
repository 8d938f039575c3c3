"""Two servers behind HAProxy, restarted by turns under load."""

import csv
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

import frames
from frames import call_block, frame, headers
from harness import EVALUATE, Server, eligibility_pb2, example, free_port, polled
from load import TIMEOUT, Load
from wire import PREFACE, framed

NAMES = ("one", "two")
DRAIN_SECONDS = 10
# Time for the balancer to see that a server is not ready any more, before that stops listening.
DELAY_SECONDS = 1
DELAYED = ("--drain-delay", str(DELAY_SECONDS))
# The message of a server that is ready.
SERVING = framed(b"\x08\x01")

# Of a server that was told to end: what is in flight has its own deadline.
LONGEST_END_SECONDS = DELAY_SECONDS + DRAIN_SECONDS + TIMEOUT

CONFIGURATION = """\
global
  maxconn 1000
  log stdout format raw local0
  stats socket {folder}/stats
defaults
  mode http
  log global
  option httplog
  option dontlog-normal
  timeout check 2s
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  retries 3
  option redispatch 1
frontend calls
  bind 127.0.0.1:{port} proto h2
  default_backend servers
backend servers
  balance roundrobin
  option tcp-check
  tcp-check connect
  tcp-check send-binary {check}
  tcp-check expect min-recv {answer_bytes} binary {serving}
  default-server check inter 100ms fall 1 rise 1 proto h2
{servers}
"""


def readiness_check():
    """A call of grpc.health.v1.Health/Check for `readiness`, as it goes over the wire."""
    request = b"\x0a\x09readiness"
    return (
        PREFACE
        + frames.settings()
        + headers(1, call_block("/grpc.health.v1.Health/Check"))
        + frame(frames.DATA, frames.END_STREAM, 1, framed(request))
    )


def answer_bytes(port):
    """How much a server sends up to the answer to that check, whatever it is: with less of it nothing can be
    said yet, and with as much of it all has been."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as asking:
        asking.sendall(readiness_check())
        received = b""
        while (at := received.find(SERVING)) < 0:
            part = asking.recv(65_536)
            if not part:
                raise RuntimeError("a server does not answer a health check")
            received += part
    return at + len(SERVING)


class Balancer:
    """HAProxy on a free port, for servers at these ports."""

    def __init__(self, ports):
        program = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin")
        if program is None:
            raise RuntimeError("there is no haproxy; deploy/install.sh test installs it")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="trialgate-balancer-"))
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        servers = (f"  server {name} 127.0.0.1:{port}" for name, port in zip(NAMES, ports))
        file = self.folder / "haproxy.cfg"
        file.write_text(
            CONFIGURATION.format(
                folder=self.folder,
                port=self.port,
                check=readiness_check().hex(),
                answer_bytes=max(answer_bytes(port) for port in ports),
                serving=SERVING.hex(),
                servers="\n".join(servers),
            )
        )
        self.log = open(self.folder / "log", "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [program, "-db", "-f", str(file)], stdout=self.log, stderr=self.log
        )

    def __enter__(self):
        for name in NAMES:
            self.wait_for(name, "UP")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        finally:
            self.process.kill()
            self.process.wait()
            self.log.close()
            shutil.rmtree(self.folder)

    def status(self, name):
        """What the balancer thinks of a server: UP or DOWN."""
        with socket.socket(socket.AF_UNIX) as asking:
            try:
                asking.connect(str(self.folder / "stats"))
                asking.sendall(b"show stat\n")
                with asking.makefile(encoding="utf-8") as answer:
                    rows = list(csv.DictReader(answer.read().removeprefix("# ").splitlines()))
            except OSError:
                return ""
        return next((row["status"] for row in rows if row["svname"] == name), "")

    def wait_for(self, name, status, seconds=10):
        if not polled(lambda: self.status(name).startswith(status), seconds):
            log = (self.folder / "log").read_text(encoding="utf-8")
            raise RuntimeError(f"{name} is {self.status(name)} and not {status}: {log}")


def outcome_request():
    """A request whose answer is small, so that the load is in the number of calls."""
    request = example("eligible")
    request.detail = eligibility_pb2.DETAIL_OUTCOME
    return request.SerializeToString()


def restart(server, limit, options=()):
    """Ends a server by SIGTERM and starts it anew; the new one, how long the end took, and how it exited."""
    begin = time.monotonic()
    server.terminate()
    try:
        server.process.wait(timeout=limit)
    except subprocess.TimeoutExpired:
        pass
    took = time.monotonic() - begin
    status = server.stop()
    return Server(*options, port=server.port), took, status


class Restarts:
    """What was seen in a number of restarts under load."""

    def __init__(self):
        self.took, self.statuses = [], []
        self.load = None

    def shortfalls(self, rate):
        found = []
        if self.load.faults:
            found.append(f"calls failed: {self.load.faults}")
        if any(status != 0 for status in self.statuses):
            found.append(f"servers exited with {self.statuses}")
        if max(self.took) > LONGEST_END_SECONDS:
            found.append(f"a server took {max(self.took):.1f} s to end")
        if self.load.rate < rate:
            found.append(f"only {self.load.rate:.0f} calls a second, not {rate:.0f}")
        return found


def restarts_behind_haproxy(times, rate, pause=0.5):
    """Restarts two servers by turns while they are called through the balancer."""
    servers = [Server(*DELAYED), Server(*DELAYED)]
    found = Restarts()
    try:
        with Balancer([server.port for server in servers]) as balancer:
            with Load(balancer.address, EVALUATE, outcome_request(), rate) as found.load:
                for turn in range(times):
                    time.sleep(pause)
                    index = turn % 2
                    turned, took, status = restart(servers[index], LONGEST_END_SECONDS, DELAYED)
                    servers[index] = turned
                    found.took.append(took)
                    found.statuses.append(status)
                    balancer.wait_for(NAMES[index], "UP")
                time.sleep(pause)
    finally:
        for server in servers:
            server.stop()
    return found


def restarts_of_a_clients_servers(times, rate, pause=1.5):
    """The same without a balancer: the client itself has both addresses, and honours GOAWAY."""
    servers = [Server(), Server()]
    found = Restarts()
    target = "ipv4:" + ",".join(server.address for server in servers)
    try:
        load = Load(target, EVALUATE, outcome_request(), rate, policy="round_robin")
        with load as found.load:
            for turn in range(times):
                # Time for the clients to find the server that was away.
                time.sleep(pause)
                turned, took, status = restart(servers[turn % 2], LONGEST_END_SECONDS)
                servers[turn % 2] = turned
                found.took.append(took)
                found.statuses.append(status)
            time.sleep(pause)
    finally:
        for server in servers:
            server.stop()
    return found

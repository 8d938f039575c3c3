"""The servers that `side_by_side.py` compares: how each is built, started, pinned to a core and stopped."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = ROOT / "Tests" / "Benchmarks" / "Peers"
BUILT = ROOT / ".build" / "peers"
CONTRACT = ("values", "snapshot", "definition", "verdict", "eligibility")
# As deploy/run.sh starts TrialGate; the other servers get it too.
ALLOCATOR = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=2000"}
EVALUATE = "/trialgate.v1.EligibilityService/Evaluate"


class NotBuilt(Exception):
    """A peer that cannot be had here, and why."""


def tool(name, package):
    """Where a command is; raises NotBuilt with the Debian package that has it."""
    found = shutil.which(name)
    if not found:
        raise NotBuilt(f"there is no {name}; install the Debian package {package}")
    return found


def build(command, folder, minutes):
    """Runs a build; raises NotBuilt with its last lines."""
    print(f"building: {' '.join(map(str, command))}", flush=True)
    try:
        done = subprocess.run(
            ["nice", *map(str, command)],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=minutes * 60,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotBuilt(f"{command[0]} took more than {minutes} minutes") from None
    if done.returncode != 0:
        raise NotBuilt(f"{command[0]} ended with {done.returncode}: {done.stdout[-2000:]}")


def grpc_cpp():
    """Builds the peer of gRPC C++ and says where it is."""
    for name, package in (
        ("protoc", "protobuf-compiler"),
        ("grpc_cpp_plugin", "protobuf-compiler-grpc"),
        ("g++", "g++"),
        ("make", "make"),
        ("pkg-config", "pkg-config"),
    ):
        tool(name, package)
    out = BUILT / "grpc-cpp"
    out.mkdir(parents=True, exist_ok=True)
    build(["make", f"OUT={out}"], PEERS / "grpc-cpp", 20)
    return out / "grpc-cpp-peer"


def grpc_swift(minutes=40):
    """Builds the peer of grpc-swift-2, its messages first, and says where it is.

    It is built from a copy, so that what is generated does not lie among the sources.
    """
    tool("protoc", "protobuf-compiler")
    tool("swift", "of a Swift toolchain")
    package, out = BUILT / "grpc-swift-package", BUILT / "grpc-swift"
    shutil.copytree(PEERS / "grpc-swift", package, dirs_exist_ok=True)
    swift = ["swift", "build", "-c", "release", "--scratch-path", out, "--product"]
    generated = package / "Sources" / "grpc-swift-peer" / "Generated"
    sources = [f"trialgate/v1/{name}.proto" for name in CONTRACT]
    newest = max((ROOT / "proto" / source).stat().st_mtime for source in sources)
    made = sorted(generated.rglob("*.swift"))
    if len(made) < len(sources) or min(file.stat().st_mtime for file in made) < newest:
        # The product of swift-protobuf builds although sources of this package are still missing.
        build([*swift, "protoc-gen-swift"], package, minutes)
        generated.mkdir(parents=True, exist_ok=True)
        plugin = out / "release" / "protoc-gen-swift"
        build(
            ["protoc", f"-I{ROOT / 'proto'}", f"--plugin=protoc-gen-swift={plugin}"]
            + [f"--swift_out={generated}", "--swift_opt=FileNaming=PathToUnderscores", *sources],
            ROOT,
            1,
        )
    build([*swift, "grpc-swift-peer"], package, minutes)
    return out / "release" / "grpc-swift-peer"


def certificate(folder):
    """A key and a certificate signed by itself, as files in the folder."""
    key, certificate = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [tool("openssl", "openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt"]
        + ["ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=localhost"]
        + ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        + ["-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    return key, certificate


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A server on its cores, which listens at `port` once this returns. `command` takes the port."""

    def __init__(self, name, command, core, environment=()):
        self.name, self.port = name, free_port()
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            ["taskset", "-c", str(core), *map(str, command(self.port))],
            stdout=self.log,
            stderr=self.log,
            env=os.environ | ALLOCATOR | dict(environment),
        )
        self.pid = self.process.pid
        deadline = time.monotonic() + 30
        while not self._listens():
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = self.said()
                self.stop()
                raise RuntimeError(f"{name} did not start: {said}")
            time.sleep(0.02)

    def _listens(self):
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def said(self):
        """The end of what it wrote."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-2000:]

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self.log.close()


def trialgate(binary, core, folder, tls=None, threads=1):
    """`trialgate serve` with what is built in."""
    options = ["--cert", tls[1], "--key", tls[0]] if tls else []

    def command(port):
        address = f"127.0.0.1:{port}"
        return [binary, "serve", "--listen", address, "--data-dir", folder, "--threads", threads, *options]

    return Process("TrialGate TLS" if tls else "TrialGate", command, core)


def nghttpd(core, folder, tls=None):
    """nghttpd with the files of the folder, on one thread, with windows as TrialGate's."""
    program = tool("nghttpd", "nghttp2-server")

    def command(port):
        return (
            [program, "-n1", "-w19", "-W22", "-m128", "-a", "127.0.0.1", "-d", folder]
            + ["--trailer=grpc-status: 0"]
            + ([port, *tls] if tls else ["--no-tls", port])
        )

    return Process("nghttpd TLS" if tls else "nghttpd", command, core)


def grpc_peer(name, binary, core, outcome, full):
    """A peer of gRPC with its two answers, on one event loop where it can be told so."""
    environment = {"NIO_SINGLETON_GROUP_LOOP_COUNT": "1"}
    return Process(name, lambda port: [binary, port, outcome, full], core, environment)

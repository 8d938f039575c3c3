"""TrialGate beside other servers over the wire: calls a second and, above all, CPU time of the server for a call.

Every server answers the same request bytes with as many bytes. Only TrialGate decides something:
  nghttpd        a POST answered with a file of the size of TrialGate's answer, and a trailer as gRPC has it
  gRPC C++       decodes the request, encodes the answer; the answer was parsed beforehand and is encoded anew
  grpc-swift-2   the same in Swift

All servers are started at once, each on the same core with one thread or event loop where that can be told;
the load is on another core. Rounds visit the servers in turn. CPU time is the kernel's account of the process; the
median of the rounds counts. A call without an answer, or answers that are not of the expected size, end the run
with 1. A peer that cannot be built stands in the table as "not built", with the reason below it.

Load: h2load, and for EvaluateStream `trialgate bench --stream`, beside which the row "unary, by trialgate bench"
stands, since a loop that ends in the middle of calls counts a little more CPU time than it counts calls.
"""

import argparse
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

import accounting
import peers
from accounting import Row, Wrong, judged, times_as_cheap
from peers import EVALUATE, ROOT, NotBuilt

PATIENT = ROOT / "Tests" / "Benchmarks" / "Evaluation" / "patient-110-facts.json"
RELEASE = ROOT / ".build" / "release"
CONNECTIONS, STREAMS = 10, 10
DETAILS = ("outcome", "full")


class Bodies:
    """A request of each detail, with and without the prefix of gRPC, and TrialGate's answers to them."""

    def __init__(self, benchmark, folder):
        self.folder = folder
        self.requests, self.responses = {}, {}
        for detail in DETAILS:
            path = folder / f"{detail}.request"
            done = subprocess.run(
                [benchmark, "--detail", detail, "--count", "0", "--write-request", path, PATIENT],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                raise Wrong(f"{benchmark} ended with {done.returncode}: {done.stderr}")
            self.requests[detail] = path.read_bytes()
            self.framed(detail).write_bytes(prefixed(self.requests[detail]))

    def framed(self, detail):
        return self.folder / f"{detail}.framed"

    def keep(self, detail, response):
        """Takes TrialGate's answer, and writes it as the peers need it."""
        self.responses[detail] = response
        (self.folder / f"{detail}.response").write_bytes(response)
        files = self.folder / "files"
        files.mkdir(exist_ok=True)
        (files / detail).write_bytes(prefixed(response))


def prefixed(message):
    return struct.pack(">BI", 0, len(message)) + message


def url(server, path, tls):
    return f"{'https' if tls else 'http'}://127.0.0.1:{server.port}{path}"


def headers(sign):
    return [sign, "content-type: application/grpc", sign, "te: trailers"]


def asked(server, path, tls, body):
    """The message that a server answers a call with."""
    done = subprocess.run(
        [peers.tool("nghttp", "nghttp2-client"), "-d", body, *headers("-H"), url(server, path, tls)],
        capture_output=True,
        timeout=30,
        check=False,
    )
    answer = done.stdout
    if len(answer) < 5 or len(answer) != 5 + struct.unpack(">I", answer[1:5])[0] or answer[0]:
        raise Wrong(f"{server.name} answered {answer[:80]!r}: {done.stderr.decode()} {server.said()}")
    return answer[5:]


class Contest:
    """The servers, and a row for each way of calling each."""

    def __init__(self, options):
        self.options = options
        self.rows, self.ways = {}, []
        self.missing = []
        self.servers = []

    def stop(self):
        for server in self.servers:
            server.stop()

    def keep(self, server):
        self.servers.append(server)
        return server

    def start(self, folder):
        options, core = self.options, self.options.server_core
        tls = peers.certificate(folder)
        bodies = self.bodies = Bodies(options.benchmark, folder)
        plain = self.keep(peers.trialgate(options.trialgate, core, folder / "data"))
        secret = self.keep(peers.trialgate(options.trialgate, core, folder / "data-tls", tls))
        for detail in DETAILS:
            bodies.keep(detail, asked(plain, EVALUATE, False, bodies.framed(detail)))
        files = [self.keep(peers.nghttpd(core, folder / "files", keys)) for keys in (None, tls)]
        for detail in DETAILS:
            self.add("nghttpd", files[0], detail, path=f"/{detail}")
            for name in ("gRPC C++", "grpc-swift-2"):
                self.add_peer(name, detail)
            self.add("TrialGate", plain, detail)
        for detail in DETAILS:
            self.add("nghttpd TLS", files[1], detail, path=f"/{detail}", tls=True)
            self.add("TrialGate TLS", secret, detail, tls=True)
        for detail in DETAILS:
            for word in ("unary, by trialgate bench", "EvaluateStream"):
                self.add_bench(plain, detail, word)

    def add_peer(self, name, detail):
        binary = self.options.peers.get(name)
        if not binary:
            return
        server = next((server for server in self.servers if server.name == name), None)
        if not server:
            answers = [self.bodies.folder / f"{detail}.response" for detail in DETAILS]
            core = self.options.server_core
            server = self.keep(peers.grpc_peer(name, binary, core, *answers))
        self.add(name, server, detail)

    def row(self, name, detail, note):
        sizes = len(self.bodies.requests[detail]), len(self.bodies.responses[detail])
        row = self.rows[name, detail] = Row(name, note, *sizes)
        return row

    def add(self, name, server, detail, path=EVALUATE, tls=False):
        """A row by h2load. The server must answer as expected before anything is measured."""
        expected = self.bodies.responses[detail]
        answer = asked(server, path, tls, self.bodies.framed(detail))
        if len(answer) != len(expected):
            raise Wrong(f"{name} answers with {len(answer)} bytes, not {len(expected)}")
        note = "" if answer == expected else "same size, other bytes"
        row = self.row(name, detail, note)
        calls = 200
        figures = self.h2load(server, path, tls, detail, calls)
        while calls / figures["rate"] < 0.2 * self.options.seconds:
            calls *= 4
            figures = self.h2load(server, path, tls, detail, calls)
        calls = max(100, round(figures["rate"] * self.options.seconds / 100) * 100)

        def once():
            before = accounting.cpu_nanoseconds(server.pid)
            figures = self.h2load(server, path, tls, detail, calls)
            row.add(figures["rate"], accounting.cpu_nanoseconds(server.pid) - before, calls)

        self.ways.append(once)

    def h2load(self, server, path, tls, detail, calls):
        done = subprocess.run(
            ["taskset", "-c", str(self.options.load_core), "h2load", "-t1", f"-c{CONNECTIONS}"]
            + [f"-m{STREAMS}", f"-n{calls}", "-d", self.bodies.framed(detail), *headers("-H")]
            + [url(server, path, tls)],
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if done.returncode != 0:
            raise Wrong(f"h2load ended with {done.returncode}: {done.stderr}{done.stdout}")
        figures = accounting.h2load_figures(done.stdout)
        return accounting.checked(figures, calls, len(self.bodies.responses[detail]))

    def add_bench(self, server, detail, word):
        """A row by `trialgate bench`."""
        row = self.row(f"TrialGate, {word}", detail, "closed loop of trialgate bench")
        options = ["--stream"] if word == "EvaluateStream" else []

        def once():
            before = accounting.cpu_nanoseconds(server.pid)
            done = subprocess.run(
                ["taskset", "-c", str(self.options.load_core), self.options.trialgate, "bench"]
                + ["--server", f"127.0.0.1:{server.port}", "--request", PATIENT]
                + ["--detail", detail, "--connections", str(CONNECTIONS), "--streams", str(STREAMS)]
                + ["--duration", f"{self.options.seconds}s", "--format", "json", *options],
                capture_output=True,
                text=True,
                timeout=600,
                check=False,
            )
            spent = accounting.cpu_nanoseconds(server.pid) - before
            if done.returncode != 0:
                raise Wrong(f"trialgate bench ended with {done.returncode}: {done.stderr}")
            seen = json.loads(done.stdout)
            if seen["failed"] or seen["lost_connections"] or seen["statuses"] != {"OK": seen["answered"]}:
                raise Wrong(f"trialgate bench saw failures: {done.stdout}")
            row.add(seen["answered_per_second"], spent, seen["answered"])

        self.ways.append(once)

    def run(self):
        for number in range(self.options.rounds):
            print(f"round {number + 1} of {self.options.rounds}", flush=True)
            for once in self.ways:
                once()


def report(contest, began):
    """What was measured, as Markdown."""
    rows, options = contest.rows, contest.options

    def against(row, name, detail):
        ratio = times_as_cheap(row, rows.get((name, detail)))
        return f"{ratio:.3g}x" if ratio and row.name != name else ""

    cells = []
    for (name, detail), row in rows.items():
        files = "nghttpd TLS" if "TLS" in name else "nghttpd"
        cells.append(
            [name, detail, f"{row.request_bytes:,}", f"{row.response_bytes:,}", f"{row.rate:,.0f}"]
            + [f"{row.cost:.1f}", f"{min(row.costs):.1f} to {max(row.costs):.1f}"]
            + [against(row, files, detail), against(row, "gRPC C++", detail)]
            + [against(row, "grpc-swift-2", detail), row.note]
        )
    for name in contest.missing:
        cells.append([name[0], "", "", "", "not built", "", "", "", "", "", ""])

    def ratio(ours, detail, theirs, other=None):
        return times_as_cheap(rows.get((ours, detail)), rows.get((theirs, other or detail)))

    on, off = (rows["TrialGate", detail] for detail in ("full", "outcome"))
    unary = "TrialGate, unary, by trialgate bench"
    stream = "TrialGate, EvaluateStream"
    lines = [
        judged("full evidence as cheap as nghttpd", ratio("TrialGate", "full", "nghttpd"), 0.6, 1),
        judged("outcome only as cheap as nghttpd", ratio("TrialGate", "outcome", "nghttpd"), 0.9, 1.3),
        judged("full evidence as cheap as gRPC C++", ratio("TrialGate", "full", "gRPC C++"), 4, 6),
        judged("full evidence as cheap as grpc-swift-2", ratio("TrialGate", "full", "grpc-swift-2"), 15, 25),
        judged("full over TLS as cheap as nghttpd over TLS", ratio("TrialGate TLS", "full", "nghttpd TLS"), 0.6, 1),
        judged("EvaluateStream as cheap as unary, full", ratio(stream, "full", unary), 1.3, 1.5),
        judged("EvaluateStream as cheap as unary, outcome", ratio(stream, "outcome", unary), 1.3, 1.5),
        judged("cost of full evidence over outcome only", on.cost / off.cost, 2, 1.3, at_most=True),
    ]
    heads = ["server", "detail", "request B", "answer B", "calls/s", "CPU us/call", "of all rounds"]
    heads += ["x nghttpd", "x gRPC C++", "x grpc-swift-2", ""]
    text = ["# TrialGate beside other servers", "", *began, *accounting.machine()]
    text += [f"- {line}" for line in versions()]
    text += [
        f"- {options.rounds} rounds of about {options.seconds:g} s; {CONNECTIONS} connections x {STREAMS} calls;"
        f" servers on core {options.server_core}, load on core {options.load_core}",
        "- nghttpd and the peers of gRPC decide nothing; CPU us/call is the median of the rounds; "
        "2x = the server of the row takes half the CPU time of the one in the head",
        "",
        accounting.table(heads, cells),
        "",
        *(f"{name} was not built: {why}\n" for name, why in contest.missing),
        accounting.table(["ratio of CPU time", "measured", "required", "", "aimed at", ""], lines),
    ]
    return "\n".join(text) + "\n"


def said(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    except FileNotFoundError:
        return "not installed"
    return (done.stdout or done.stderr).strip().split("\n")[0]


def versions():
    package = (peers.PEERS / "grpc-swift" / "Package.swift").read_text()
    pinned = re.findall(r'github.com/[^/]+/([^"]+)", exact: "([^"]+)"', package)
    return [
        f"TrialGate {said('git', 'describe', '--always', '--dirty')}, {said('swift', '--version')}",
        f"nghttpd: {said('nghttpd', '--version')}; load: {said('h2load', '--version')}",
        f"gRPC C++ {said('pkg-config', '--modversion', 'grpc++')}, "
        f"protobuf {said('pkg-config', '--modversion', 'protobuf')}",
        ", ".join(f"{name} {version}" for name, version in pinned),
    ]


def obtained(options):
    """Fills in the peers of gRPC: as given, as built, or as missing with the reason."""
    options.peers, missing = {}, []
    for name, given, build in (
        ("gRPC C++", options.grpc_cpp, peers.grpc_cpp),
        ("grpc-swift-2", options.grpc_swift, peers.grpc_swift),
    ):
        if given == "none":
            missing.append((name, "left out by its flag"))
            continue
        try:
            options.peers[name] = pathlib.Path(given).resolve() if given else build()
            if not options.peers[name].is_file():
                raise NotBuilt(f"there is no {options.peers[name]}")
        except NotBuilt as why:
            options.peers.pop(name, None)
            missing.append((name, str(why)))
    return missing


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=accounting.positive(int, 1000), default=7)
    parser.add_argument("--seconds", type=accounting.positive(float, 600), default=1.5, help="of a row in a round")
    parser.add_argument("--output", type=pathlib.Path, help="file for the report, which is printed in any case")
    parser.add_argument("--trialgate", type=pathlib.Path, default=RELEASE / "trialgate", help="the release binary")
    parser.add_argument("--benchmark", type=pathlib.Path, default=RELEASE / "evaluation-benchmark",
                        help="evaluation-benchmark, which encodes the request")
    parser.add_argument("--grpc-cpp", metavar="FILE", help="the peer of gRPC C++ instead of building it, or none")
    parser.add_argument("--grpc-swift", metavar="FILE", help="the peer of grpc-swift-2 likewise, or none")
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--load-core", type=int, default=1)
    options = parser.parse_args()
    if options.server_core == options.load_core:
        parser.error("--server-core and --load-core must be two cores")
    accounting.must_be_built(parser, options.benchmark, options.trialgate)
    for name, package in (("h2load", "nghttp2-client"), ("nghttp", "nghttp2-client"),
                          ("nghttpd", "nghttp2-server"), ("openssl", "openssl"), ("taskset", "util-linux")):
        if not shutil.which(name):
            parser.error(f"there is no {name}; install the Debian package {package}")
    return options


def main():
    options = arguments()
    missing = obtained(options)
    contest = Contest(options)
    contest.missing = missing
    began = [line.replace("date", "began") for line in accounting.machine()[1:]]
    with tempfile.TemporaryDirectory(prefix="trialgate-side-by-side-") as folder:
        try:
            contest.start(pathlib.Path(folder))
            contest.run()
        except (Wrong, NotBuilt, RuntimeError, OSError, subprocess.SubprocessError) as why:
            sys.exit(f"side_by_side.py: {why}")
        finally:
            contest.stop()
    text = report(contest, began)
    print(text)
    if options.output:
        options.output.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

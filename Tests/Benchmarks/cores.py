"""One server of N event loops beside N servers of one, on the same N cores.

What the loops of one process share, they wait for: references and counters that several processors change cost each
of them time. Servers that share nothing show what there would be without. The closer the CPU time of a call is in
both, the less is shared.

Both get the same requests from the same load, in rounds in turn: h2load, one process for each server, on the same
cores as the servers, so that a machine of two cores can show it. CPU time is the kernel's account of the servers; the
median of the rounds counts. A call without an answer ends the run with 1.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import accounting
import peers
from accounting import Row, Wrong
from side_by_side import DETAILS, EVALUATE, RELEASE, STREAMS, Bodies, asked, headers, url

CONNECTIONS_PER_LOOP = 8


class Side:
    """Servers that together have an event loop for each core."""

    def __init__(self, name, servers, cores):
        self.name, self.servers, self.cores = name, servers, cores

    def calls(self, bodies, detail, count):
        """Makes so many calls on each core; calls a second, and the servers' CPU time in nanoseconds."""
        share = len(self.cores) // len(self.servers)
        before = sum(accounting.cpu_nanoseconds(server.pid) for server in self.servers)
        loads = [
            subprocess.Popen(
                ["taskset", "-c", ",".join(map(str, self.cores)), "h2load", f"-t{share}"]
                + [f"-c{CONNECTIONS_PER_LOOP * share}", f"-m{STREAMS}", f"-n{count * share}"]
                + ["-d", str(bodies.framed(detail)), *headers("-H"), url(server, EVALUATE, False)],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for server in self.servers
        ]
        rate = 0.0
        try:
            for load in loads:
                text, _ = load.communicate(timeout=600)
                figures = accounting.h2load_figures(text)
                accounting.checked(figures, count * share, len(bodies.responses[detail]))
                rate += figures["rate"]
        finally:
            for load in loads:
                load.kill()
                load.wait()
        return rate, sum(accounting.cpu_nanoseconds(server.pid) for server in self.servers) - before


def measured(options, folder):
    """The rows, by side and detail."""
    cores = options.cores
    bodies = Bodies(options.benchmark, folder)
    one = peers.trialgate(options.trialgate, ",".join(map(str, cores)), folder / "one", threads=len(cores))
    servers = [one]
    try:
        for core in cores:
            servers.append(peers.trialgate(options.trialgate, core, folder / f"of-{core}"))
        sides = [
            Side(f"one server, {len(cores)} event loops", [one], cores),
            Side(f"{len(cores)} servers, one event loop each", servers[1:], cores),
        ]
        for detail in DETAILS:
            bodies.keep(detail, asked(one, EVALUATE, False, bodies.framed(detail)))
        rows = {}
        for detail in DETAILS:
            sizes = len(bodies.requests[detail]), len(bodies.responses[detail])
            for side in sides:
                rows[side.name, detail] = Row(side.name, "", *sizes)
        counts = {}
        for detail in DETAILS:
            # The first calls also make each loop compile its own copy of the version.
            rate, _ = sides[0].calls(bodies, detail, 2_000)
            sides[1].calls(bodies, detail, 2_000)
            counts[detail] = max(500, round(rate / len(cores) * options.seconds))
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", flush=True)
            for detail in DETAILS:
                for side in sides:
                    rate, spent = side.calls(bodies, detail, counts[detail])
                    rows[side.name, detail].add(rate, spent, counts[detail] * len(cores))
        return [side.name for side in sides], rows
    finally:
        for server in servers:
            server.stop()


def report(names, rows, options):
    cells = [
        [name, detail, f"{row.rate:,.0f}", f"{row.cost:.1f}", f"{min(row.costs):.1f} to {max(row.costs):.1f}"]
        for (name, detail), row in rows.items()
    ]
    heads = ["servers", "detail", "calls/s", "CPU us/call", "of all rounds"]
    lines = [
        [detail, f"{rows[names[0], detail].cost / rows[names[1], detail].cost:.3g}x"] for detail in DETAILS
    ]
    text = ["# What event loops of one process cost each other", "", *accounting.machine()]
    text += [
        f"- {options.rounds} rounds of about {options.seconds:g} s; {CONNECTIONS_PER_LOOP} connections a loop x "
        f"{STREAMS} calls; cores {', '.join(map(str, options.cores))}, the load's too",
        "",
        accounting.table(heads, cells),
        "",
        accounting.table(["detail", "CPU of a call in one process, times that in processes of their own"], lines),
    ]
    return "\n".join(text) + "\n"


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=accounting.positive(int, 1000), default=7)
    parser.add_argument("--seconds", type=accounting.positive(float, 600), default=2, help="of a row in a round")
    parser.add_argument("--cores", help="the cores, with commas between; default all")
    parser.add_argument("--output", type=pathlib.Path, help="file for the report, which is printed in any case")
    parser.add_argument("--trialgate", type=pathlib.Path, default=RELEASE / "trialgate")
    parser.add_argument("--benchmark", type=pathlib.Path, default=RELEASE / "evaluation-benchmark")
    options = parser.parse_args()
    try:
        given = options.cores.split(",") if options.cores else sorted(os.sched_getaffinity(0))
        options.cores = [int(core) for core in given]
    except ValueError:
        parser.error(f"--cores must be numbers with commas between, not {options.cores!r}")
    if len(set(options.cores)) < 2:
        parser.error("--cores must name two cores or more")
    accounting.must_be_built(parser, options.benchmark, options.trialgate)
    return options


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        try:
            names, rows = measured(options, pathlib.Path(folder))
        except (Wrong, peers.NotBuilt, RuntimeError, OSError, subprocess.SubprocessError) as why:
            sys.exit(f"cores.py: {why}")
    text = report(names, rows, options)
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    print("\n" + text)


if __name__ == "__main__":
    main()

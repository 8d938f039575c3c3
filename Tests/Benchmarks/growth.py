"""What a call costs as more comes in: observations, medication periods, cohorts, loaded versions, connections.

CPU time is that of evaluation-benchmark for one call from bytes to bytes (decode, evaluate, encode), the median of
the rounds. Observations and medication periods are those of the patient with 110 facts, cut short or repeated further
back in time; where results are missing the verdict is open, and full evidence looks for what would settle it. The request
asks for one cohort unless cohorts are what grows. With more versions the request pins the last one. What is refused for
the limits of a message stands in the table as "refused".

Memory is the growth of the server's resident memory, divided by what it grew for: connections that have shaken hands
and are silent, and calls (100 on each of ten connections) whose request lacks its last byte.

Prints Markdown tables; --plot writes the same as a picture.
"""

import argparse
import copy
import datetime
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import accounting
import chart
import connections
import peers
from accounting import Wrong

PATIENT = peers.ROOT / "Tests" / "Benchmarks" / "Evaluation" / "patient-110-facts.json"
RELEASE = peers.ROOT / ".build" / "release"
DETAILS = ("outcome", "full")
OBSERVATIONS = (10, 30, 100, 300, 1_000, 3_000, 4_900, 10_000)
PERIODS = (1, 10, 100, 300, 1_000, 3_000)
COHORTS = (1, 2, 3, 4, 5, 6)
VERSIONS = (1, 10, 100, 1_000)
CONNECTIONS = (1, 10, 100, 1_000)
CALLS_PER_CONNECTION = 100
LIMITS = ("TOO_MANY_FACTS", "TOO_MANY_ELEMENTS")


def earlier(text, days):
    """A date, or the date of a moment, so many days earlier."""
    day = datetime.date.fromisoformat(text[:10]) - datetime.timedelta(days=days)
    return day.isoformat() + text[10:]


def observations(patient, count):
    """The patient with so many observations: the first ones, or all again week by week."""
    grown = copy.deepcopy(patient)
    given = [one for one in patient["snapshot"]["observations"] if len(one.get("effective", "")) >= 10]
    rows = []
    for index in range(count):
        row = copy.deepcopy(given[index % len(given)])
        turn = index // len(given)
        if turn:
            row["id"] += f"-{turn}"
            row["effective"] = earlier(row["effective"], 7 * turn)
        rows.append(row)
    grown["snapshot"]["observations"] = rows
    return grown


def periods(patient, count):
    """The patient with so many periods of medicines: the first ones, and further courses of two days, one before the
    other."""
    grown = copy.deepcopy(patient)
    given = patient["snapshot"]["medications"]
    rows = copy.deepcopy(given[:count])
    for index in range(count - len(rows)):
        end = earlier("2024-12-31", 3 * index)
        row = {key: given[0][key] for key in ("drug", "dose", "doseBasis", "route", "purpose")}
        row |= {"id": f"course-{index}", "status": "MEDICATION_STATUS_COMPLETED"}
        rows.append(copy.deepcopy(row | {"start": earlier(end, 1), "end": end}))
    grown["snapshot"]["medications"] = rows
    return grown


class Evaluations:
    """CPU time of calls by evaluation-benchmark."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.patient = json.loads(PATIENT.read_text(encoding="utf-8"))

    def rounds(self, request, detail, count, rounds, *more):
        """Nanoseconds of one call in each round; None where the request is refused."""
        written = self.folder / "request.bytes"
        done = subprocess.run(
            ["taskset", "-c", str(self.options.core), self.options.benchmark, "--part", "answer"]
            + ["--detail", detail, "--count", str(count), "--rounds", str(rounds)]
            + ["--write-request", written, *more, request],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            if any(limit in done.stderr for limit in LIMITS):
                return None
            raise Wrong(f"evaluation-benchmark ended with {done.returncode}: {done.stderr}")
        self.bytes = written.stat().st_size
        return [int(line.split()[0]) for line in done.stdout.splitlines()]

    def cost(self, patient, *more):
        """Microseconds of a call for each detail, and the size of the request; None where it is refused."""
        request = self.folder / "patient.json"
        request.write_text(json.dumps(patient), encoding="utf-8")
        found = []
        for detail in DETAILS:
            # What it takes about; many versions would take long to compile for that.
            guess = self.rounds(request, detail, 3, 1, *(more if "--versions" not in more else ()))
            if guess is None:
                return None
            count = max(2, round(self.options.seconds * 1e9 / max(guess[0], 1)))
            figures = self.rounds(request, detail, count, self.options.rounds, *more)
            found.append(statistics.median(figures) / 1000)
        return *found, self.bytes


def grown(name, sizes, cost):
    """A table of a size against the cost of a call, and the lines for its chart."""
    rows, lines = [], {detail: [] for detail in DETAILS}
    before = None
    for size in sizes:
        found = cost(size)
        if found is None:
            rows.append([f"{size:,}", "refused", "refused", "", ""])
            continue
        step = f"{found[1] / before:.2f}x" if before else ""
        before = found[1]
        rows.append([f"{size:,}", *(f"{value:,.1f}" for value in found[:2]), step, f"{found[2]:,}"])
        for detail, value in zip(DETAILS, found):
            lines[detail].append((size, value))
        print("| " + " | ".join([name, *rows[-1]]) + " |", flush=True)
    heads = [name, "outcome, CPU us", "full evidence, CPU us", "full, times the row above", "request bytes"]
    return accounting.table(heads, rows), lines


def opened(port, count):
    return [connections.Connection(port) for _ in range(count)]


def memory(options, folder):
    """Tables of what idle connections and calls in flight take, and their chart's lines."""
    rows, lines = [], {"idle connection": [], "call in flight": []}
    message = (folder / "request.bytes").read_bytes()
    for kind in lines:
        for count in CONNECTIONS:
            server = peers.trialgate(options.trialgate, options.core, folder / f"{kind}-{count}"[:40])
            try:
                calling = kind == "call in flight"
                needed = -(-count // CALLS_PER_CONNECTION) if calling else 0
                held = opened(server.port, needed)
                measure = lambda: accounting.resident_bytes(server.pid)  # noqa: E731, B023
                before = connections.settled(measure)
                for index in range(count):
                    if calling:
                        held[index % needed].begin(message)
                    else:
                        held += opened(server.port, 1)
                after = connections.settled(measure)
                if any(one.closed() for one in held):
                    raise Wrong("the server closed a connection that shall be idle")
                for one in held:
                    one.socket.close()
            finally:
                server.stop()
            each = (after - before) / count / 1024
            rows.append([kind, f"{count:,}", f"{before / 2**20:.1f}", f"{after / 2**20:.1f}", f"{each:.1f}"])
            print("| " + " | ".join(rows[-1]) + " |", flush=True)
            if each > 0:
                lines[kind].append((count, each))
    heads = ["what", "how many", "resident MiB before", "and with them", "KiB each"]
    note = f"A call in flight has sent all but the last byte of a request of {len(message):,} bytes."
    return f"{accounting.table(heads, rows)}\n\n{note}", lines


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=accounting.positive(int, 1000), default=3)
    parser.add_argument("--seconds", type=accounting.positive(float, 60), default=0.3, help="of a measurement")
    parser.add_argument("--versions", type=accounting.positive(int, 1000), default=100,
                        help="most versions that are loaded; a thousand take minutes to compile; default 100")
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--output", type=pathlib.Path, help="file for the report, which is printed in any case")
    parser.add_argument("--plot", type=pathlib.Path, help="file for the picture, SVG")
    parser.add_argument("--trialgate", type=pathlib.Path, default=RELEASE / "trialgate")
    parser.add_argument("--benchmark", type=pathlib.Path, default=RELEASE / "evaluation-benchmark")
    options = parser.parse_args()
    accounting.must_be_built(parser, options.benchmark, options.trialgate)
    return options


def measured(options, folder):
    """The sections of the report and the charts."""
    evaluations = Evaluations(options, folder)
    patient = evaluations.patient
    versions = [count for count in VERSIONS if count <= options.versions]
    sections = (
        ("observations", OBSERVATIONS, lambda size: evaluations.cost(observations(patient, size))),
        ("medication periods", PERIODS, lambda size: evaluations.cost(periods(patient, size))),
        ("cohorts", COHORTS, lambda size: evaluations.cost(patient, "--cohorts", str(size))),
        ("loaded versions", versions, lambda size: evaluations.cost(patient, "--versions", str(size))),
    )
    text, panels = [], []
    for name, sizes, cost in sections:
        table, lines = grown(name, sizes, cost)
        text += ["", f"## {name[0].upper()}{name[1:]}", "", table]
        panels.append(chart.Panel(f"A call, by {name}", name, "CPU us", lines))
    table, lines = memory(options, folder)
    text += ["", "## Memory", "", table]
    panels.append(chart.Panel("Memory of each", "how many", "KiB", lines))
    return text, panels


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="trialgate-growth-") as folder:
        try:
            text, panels = measured(options, pathlib.Path(folder))
        except (Wrong, peers.NotBuilt, RuntimeError, OSError, subprocess.SubprocessError) as why:
            sys.exit(f"growth.py: {why}")
    head = ["# What a call costs as more comes in", "", *accounting.machine()]
    head.append(f"- {options.rounds} rounds of about {options.seconds:g} s, medians; core {options.core}")
    report = "\n".join([*head, *text]) + "\n"
    print("\n" + report)
    if options.output:
        options.output.write_text(report)
    if options.plot:
        options.plot.write_text(chart.svg(panels))
    return 0


if __name__ == "__main__":
    sys.exit(main())

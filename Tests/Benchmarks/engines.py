"""TrialGate in process beside engines that compare values: CPU time of deciding the same leaves.

The leaves are those of the built-in definition: (a) what the criteria C3.* of organ function look at, and (b) all of
the enrolment of one cohort. comparisons.py makes of each one expression over a dictionary.

What is compared with what:
  TrialGate   takes the patient's 110 facts, finds the fact that counts for each leaf, converts units, compares exactly,
              keeps what is unknown, decides groups, exemptions and cohorts, and with full evidence says why, what
              would settle it and when it passes. For (a) its definition is cut down to C3.*.
  the others  find each value ready in a dictionary, as a binary floating-point number in the right unit (zen: decimal),
              and give a list of true and false: no missing facts, no groups, no evidence; zen's trace repeats
              inputs and results. They are called from Python, one call for each leaf where nothing else is said;
              what such calls cost by themselves has a row of its own.

Rounds visit the engines in turn on one core, each in a process of its own; what is compiled once is not counted. CPU
time is the process's own; the median of the rounds counts. The environment in .build/engines is made from
requirements.txt when that has changed. Engines that give different answers end the run with 1.
"""

import argparse
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import accounting
from accounting import judged

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "Tests" / "Benchmarks"
DEFINITION = ROOT / "Sources" / "CTrialGateResources" / "definitions" / "nct06373081.yaml"
PATIENT = HERE / "Evaluation" / "patient-110-facts.json"
STAGE, PANEL = "STAGE_ENROLMENT", "C3."
ENVIRONMENT = ROOT / ".build" / "engines"
OURS = {
    "TrialGate, outcome": ("evaluate", "outcome"),
    "TrialGate, full evidence": ("evaluate", "full"),
    "TrialGate, full evidence, bytes to bytes": ("answer", "full"),
}
PEERS = (
    "cel-cpp",
    "cel-cpp, values set each time",
    "cel-cpp, one list of all",
    "cel-rust",
    "cel-rust, values set each time",
    "cel-rust, one list of all",
    "zen expressions",
    "zen decision",
    "zen decision with trace",
    "calls of cel-cpp for nothing",
)


def run(*command):
    """What a command printed; ends the run where it fails."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr}{done.stdout}")
    return done.stdout


def environment():
    """The Python with the engines; made where it is missing or requirements.txt has changed."""
    wanted = (HERE / "requirements.txt").read_text()
    mark, python = ENVIRONMENT / "installed", ENVIRONMENT / "bin" / "python"
    if not mark.is_file() or mark.read_text() != wanted:
        print(f"making the Python environment {ENVIRONMENT}", flush=True)
        run(sys.executable, "-m", "venv", "--clear", ENVIRONMENT)
        run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", HERE / "requirements.txt")
        mark.write_text(wanted)
    return python


class Scope:
    """A list of leaves, and what each engine takes to decide it."""

    def __init__(self, title, leaves, count, definition):
        self.title, self.leaves, self.count, self.definition = title, leaves, count, definition
        self.times = {name: [] for name in (*OURS, *PEERS)}

    def median(self, name):
        return statistics.median(self.times[name])


def scopes(peers, folder, cohort):
    small = folder / "panel.json"
    run(*peers, "reduce", DEFINITION, STAGE, cohort, PANEL, small)
    found = []
    for title, prefix, definition in (
        ("organ function (C3.*)", PANEL, small),
        (f"whole enrolment, cohort {cohort}", "", None),
    ):
        leaves = folder / f"{len(found)}.json"
        run(*peers, "list", DEFINITION, STAGE, cohort, prefix, leaves)
        run(*peers, "answers", leaves)
        count = leaves.read_text().count('"kind"')
        found.append(Scope(title, leaves, count, definition))
    return found


def ours(options, scope, name, count):
    """Nanoseconds of one evaluation by TrialGate."""
    part, detail = OURS[name]
    definition = ["--definition", scope.definition] if scope.definition else []
    said = run(
        *pinned(options), options.benchmark, "--part", part, "--detail", detail,
        "--count", count, *definition, PATIENT,
    )  # fmt: skip
    return int(said.split()[0])


def pinned(options):
    return ["taskset", "-c", options.core]


def measure(options, peers, found):
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", flush=True)
        for scope in found:
            for name in OURS:
                known = scope.times[name]
                guess = known[-1] if known else ours(options, scope, name, 20)
                count = max(5, int(options.seconds * 1e9 / max(guess, 1)))
                known.append(ours(options, scope, name, count))
            for name in PEERS:
                said = run(*pinned(options), *peers, "run", name, scope.leaves, options.seconds)
                scope.times[name].append(float(said))


def report(options, found):
    text = ["# TrialGate beside engines that compare values", "", *accounting.machine()]
    text.append("- " + ", ".join((HERE / "requirements.txt").read_text().split()))
    text.append(
        "- TrialGate finds its values among 110 facts and says why; the others find each ready in a dictionary. Calls from "
        "Python are a good part of what one expression after another takes; `one list of all` has one call."
    )
    text.append(
        f"- {options.rounds} rounds of about {options.seconds:g} s on core {options.core}; medians; "
        "ratio = CPU time of the row over that of TrialGate's outcome, and of its full evidence"
    )
    lines = []
    for scope in found:
        rows = []
        outcome, full = (scope.median(name) for name in list(OURS)[:2])
        for name in scope.times:
            cost = scope.median(name)
            rows.append(
                [name, f"{cost / 1000:.1f}", f"{cost / scope.count:.0f}"]
                + [f"{cost / outcome:.2f}x", f"{cost / full:.2f}x"]
            )
        heads = ["engine", "CPU us", "ns a leaf", "over outcome", "over full evidence"]
        text += ["", f"## {scope.title}: {scope.count} leaves", "", accounting.table(heads, rows)]

        def line(what, peer, mine, required, aimed, scope=scope):
            ratio = scope.median(peer) / scope.median(mine)
            lines.append(judged(f"{scope.title}: {what}", ratio, required, aimed))

        mine = "TrialGate, full evidence"
        line("full evidence, cel-cpp one by one", "cel-cpp", mine, 1, 3)
        line("outcome, cel-cpp one by one", "cel-cpp", "TrialGate, outcome", 1, 3)
        line("outcome, cel-cpp in one list", "cel-cpp, one list of all", "TrialGate, outcome", 1, 3)
        line("full evidence, zen with trace", "zen decision with trace", mine, 15, 30)
    heads = ["as fast as", "measured", "required", "", "aimed at", ""]
    return "\n".join([*text, "", accounting.table(heads, lines)]) + "\n"


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=accounting.positive(int, 1000), default=5)
    parser.add_argument("--seconds", type=accounting.positive(float, 60), default=0.3, help="of an engine in a round")
    parser.add_argument("--cohort", default="sle", help="cohort of (b); the patient's is sle")
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--output", type=pathlib.Path, help="file for the report, which is printed in any case")
    parser.add_argument("--benchmark", type=pathlib.Path, default=ROOT / ".build" / "release" / "evaluation-benchmark")
    options = parser.parse_args()
    accounting.must_be_built(parser, options.benchmark)
    if not shutil.which("taskset"):
        parser.error("there is no taskset; install the Debian package util-linux")
    return options


def main():
    options = arguments()
    peers = [environment(), HERE / "engine_peers.py"]
    with tempfile.TemporaryDirectory(prefix="trialgate-engines-") as folder:
        found = scopes(peers, pathlib.Path(folder), options.cohort)
        measure(options, peers, found)
    text = report(options, found)
    print(text)
    if options.output:
        options.output.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

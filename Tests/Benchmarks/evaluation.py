"""What one evaluation costs: instructions, allocations and CPU time, of a patient with 110 facts.

usage: evaluation.py [--save FILE] [--compare FILE] [--rounds N]
  --save     write the figures as JSON
  --compare  figures of another run: the ratio to them is shown beside each
  --rounds   measurements of CPU time, of which the median counts; default 5

Instructions and allocations are counted by valgrind as the difference of two runs of different length, so
that starting and compiling the trial do not count; they are the same in each run and can be compared between
machines of one kind. CPU times are not. Prints a Markdown table. `deploy/install.sh benchmark` installs what
it needs.

Environment: TRIALGATE_BENCHMARK = the binary (default .build/release/evaluation-benchmark, made with
`swift build -c release --product evaluation-benchmark`).
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get(
    "TRIALGATE_BENCHMARK", str(ROOT / ".build" / "release" / "evaluation-benchmark")
)
PATIENT = ROOT / "Tests" / "Benchmarks" / "Evaluation" / "patient-110-facts.json"
# Evaluations of the two runs; reading and writing alone cost little beside what comes before.
FEW, MANY = 2, 12
MANY_PARTS = {"decode": 502, "encode": 502}
SCENARIOS = [
    (part, detail, cohorts)
    for part in ("decode", "evaluate", "encode", "answer")
    for detail in ("outcome", "full")
    for cohorts in (1, 6)
    # How a request is read does not depend on what it asks for.
    if part != "decode" or (detail, cohorts) == ("full", 1)
]


def command(binary, scenario, count):
    part, detail, cohorts = scenario
    options = ["--part", part, "--detail", detail, "--cohorts", str(cohorts)]
    return [binary, *options, "--count", str(count), str(PATIENT)]


def run(arguments):
    # What is made before the first evaluation costs the same in every run.
    environment = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}
    done = subprocess.run(
        arguments, capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stderr}{done.stdout}")
    return done.stdout + done.stderr


def instructions(binary, scenario, count):
    with tempfile.NamedTemporaryFile() as out:
        text = run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}"]
            + command(binary, scenario, count)
        )
    return int(re.search(r"Collected\s*:\s*(\d+)", text).group(1))


def heap(binary, scenario, count):
    text = run(["valgrind", "--leak-check=no", "--undef-value-errors=no"] + command(binary, scenario, count))
    found = re.search(r"total heap usage: ([\d,]+) allocs, [\d,]+ frees, ([\d,]+) bytes", text)
    return [int(number.replace(",", "")) for number in found.groups()]


def measure(binary, scenario, rounds):
    most = MANY_PARTS.get(scenario[0], MANY)
    per = most - FEW
    few, many = heap(binary, scenario, FEW), heap(binary, scenario, most)
    times = [int(run(command(binary, scenario, 500)).split()[0]) for _ in range(rounds)]
    return {
        "instructions": (
            instructions(binary, scenario, most) - instructions(binary, scenario, FEW)
        )
        // per,
        "allocations": (many[0] - few[0]) // per,
        "bytes": (many[1] - few[1]) // per,
        "nanoseconds": round(statistics.median(times)),
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--save")
    parser.add_argument("--compare")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    before = json.loads(pathlib.Path(options.compare).read_text()) if options.compare else {}
    print("| part | detail | cohorts | instructions | allocations | bytes allocated | CPU time |")
    print("|---|---|---|---|---|---|---|")
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        # valgrind cannot read the debugging information of every Swift toolchain.
        binary = shutil.copy(BINARY, folder)
        subprocess.run(["strip", "--strip-debug", binary], check=True)
        for scenario in SCENARIOS:
            row(binary, scenario, options.rounds, before, figures)
    if options.save:
        pathlib.Path(options.save).write_text(json.dumps(figures, indent=2) + "\n")
    return 0


def row(binary, scenario, rounds, before, figures):
    """Measures a scenario and prints its row."""
    name = " ".join(map(str, scenario))
    found = figures[name] = measure(binary, scenario, rounds)

    def cell(key, text):
        old = before.get(name, {}).get(key)
        return f"{text} ({found[key] / old:.3f}x)" if old else text

    cells = [
        cell("instructions", f"{found['instructions']:,}"),
        cell("allocations", f"{found['allocations']:,}"),
        cell("bytes", f"{found['bytes']:,}"),
        cell("nanoseconds", f"{found['nanoseconds'] / 1000:.0f} us"),
    ]
    print("| " + " | ".join([*map(str, scenario), *cells]) + " |", flush=True)


if __name__ == "__main__":
    sys.exit(main())

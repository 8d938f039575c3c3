"""What the benchmarks share: the kernel's account of a process, what h2load says, medians, tables, the machine.

No figure here is of the benchmark's own clock but the rate of calls, which is h2load's.
"""

import argparse
import datetime
import os
import pathlib
import platform
import re
import statistics
import time


def cpu_nanoseconds(pid):
    """CPU time of a process, user and system, in nanoseconds: of all its threads, and of those that ended.

    It is the kernel's sum of what /proc/PID/task/*/schedstat shows of each thread (CPUCLOCK_SCHED of another process).
    Raises OSError where there is no such process.
    """
    return time.clock_gettime_ns((~pid << 3) | 2)


def thread_nanoseconds(pid):
    """The same from /proc/PID/task/*/schedstat, of the threads that live."""
    folder = pathlib.Path(f"/proc/{pid}/task")
    return sum(int((task / "schedstat").read_text().split()[0]) for task in folder.iterdir())


def resident_bytes(pid):
    """Resident memory of a process."""
    pages = pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


class Wrong(Exception):
    """A measurement that does not count, and why."""


def h2load_figures(text):
    """What h2load printed, as numbers. Raises Wrong for a text that is none of its."""
    patterns = {
        "rate": r"finished in [^,]*, ([0-9.]+) req/s",
        "total": r"requests: (\d+) total",
        "succeeded": r"(\d+) succeeded",
        "failed": r"(\d+) failed",
        "errored": r"(\d+) errored",
        "timed_out": r"(\d+) timeout",
        "ok": r"status codes: (\d+) 2xx",
        "data": r"\((\d+)\) data",
    }
    figures = {}
    for name, pattern in patterns.items():
        found = re.search(pattern, text)
        if not found:
            raise Wrong(f"h2load did not say {name}:\n{text}")
        figures[name] = float(found.group(1)) if name == "rate" else int(found.group(1))
    return figures


def checked(figures, calls, response_bytes):
    """Raises Wrong unless every call was answered with 2xx and with so many bytes of a message."""
    bad = {name: figures[name] for name in ("failed", "errored", "timed_out") if figures[name]}
    if bad:
        raise Wrong(f"calls without an answer: {bad}")
    if figures["succeeded"] != calls or figures["ok"] != calls:
        raise Wrong(f"{figures['ok']} of {calls} calls were answered with 2xx")
    if figures["data"] != calls * (response_bytes + 5):
        raise Wrong(
            f"{calls} answers of {response_bytes} + 5 bytes are {calls * (response_bytes + 5)} bytes, "
            f"but {figures['data']} came: not every answer is the one that is expected"
        )
    return figures


class Row:
    """A server and a way of calling it; a figure for each round."""

    def __init__(self, name, note, request_bytes, response_bytes):
        self.name, self.note = name, note
        self.request_bytes, self.response_bytes = request_bytes, response_bytes
        self.rates, self.costs = [], []

    def add(self, rate, nanoseconds, calls):
        """A round: calls a second, and CPU time of the server for so many calls."""
        if calls <= 0:
            raise Wrong(f"{self.name} answered no call")
        self.rates.append(rate)
        self.costs.append(nanoseconds / calls / 1000)

    @property
    def rate(self):
        """Calls a second, the median."""
        return statistics.median(self.rates)

    @property
    def cost(self):
        """CPU time of the server for a call, in microseconds, the median."""
        return statistics.median(self.costs)


def times_as_cheap(ours, theirs):
    """How many times the CPU of ours the other takes; None where one was not measured."""
    if not (ours and theirs and ours.costs and theirs.costs):
        return None
    return theirs.cost / ours.cost


def judged(name, ratio, required, aimed, at_most=False):
    """A line of the table of required ratios."""

    def met(limit):
        if ratio is None:
            return "not measured"
        return "met" if (ratio <= limit if at_most else ratio >= limit) else "NOT met"

    word = "at most " if at_most else ""
    measured = "not measured" if ratio is None else f"{ratio:.3g}x"
    return [name, measured, f"{word}{required:g}x", met(required), f"{word}{aimed:g}x", met(aimed)]


def table(heads, rows):
    """A Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def machine():
    """The machine and the moment, as lines of Markdown."""
    info = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*:\s*(.+)", info)
    now = datetime.datetime.now(datetime.timezone.utc)
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    return [
        f"- machine: {model.group(1) if model else platform.machine()}, {os.cpu_count()} cores, "
        f"Linux {platform.release()}",
        f"- date: {now:%Y-%m-%d %H:%M} UTC; load averages: {load}",
    ]


def positive(kind, largest):
    """A type of argparse: a number above 0."""

    def parse(text):
        try:
            value = kind(text)
        except ValueError:
            value = 0
        if not 0 < value <= largest:
            raise argparse.ArgumentTypeError(f"{text!r} is no number above 0, and {largest} at most")
        return value

    return parse


def must_be_built(parser, *products):
    """Ends the program, with what to do, where a binary of the release build is missing."""
    for product in products:
        if not product.is_file():
            parser.error(
                f"there is no {product}; make it with: swift build -c release --static-swift-stdlib "
                f"--product {product.name}"
            )

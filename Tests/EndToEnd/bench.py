"""`trialgate bench` and h2load, as figures."""

import json
import pathlib
import re
import struct
import subprocess
import tempfile

from harness import BINARY, EVALUATE, EXAMPLES

REQUEST = str(next(EXAMPLES.glob("eligible*.json")))


def start(server, *options, request=REQUEST):
    """`trialgate bench` that is running."""
    return subprocess.Popen(
        [BINARY, "bench", "--server", server.address, "--request", request]
        + ["--format", "json", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def result(process):
    """What it printed, once it has ended."""
    output, errors = process.communicate(timeout=120)
    if process.returncode != 0:
        raise RuntimeError(f"bench exited with {process.returncode}: {errors}")
    return json.loads(output)


def bench(server, *options, request=REQUEST):
    return result(start(server, *options, request=request))


def h2load(server, request, seconds, connections, streams):
    """Calls a second that h2load counts, on one thread as bench has one loop for each connection."""
    with tempfile.NamedTemporaryFile() as body:
        body.write(struct.pack(">BI", 0, len(request)) + request)
        body.flush()
        done = subprocess.run(
            ["h2load", "-t1", f"-c{connections}", f"-m{streams}", f"-D{seconds}", f"-d{body.name}"]
            + ["-H", "content-type: application/grpc", "-H", "te: trailers"]
            + [f"http://{server.address}{EVALUATE}"],
            capture_output=True,
            text=True,
            timeout=seconds + 60,
            check=True,
        )
    return float(re.search(r"finished in [^,]*, ([0-9.]+) req/s", done.stdout).group(1))


def folder_of(*names):
    """A folder with copies of examples, by the beginnings of their names."""
    folder = tempfile.TemporaryDirectory()
    for name in names:
        (source,) = EXAMPLES.glob(f"{name}*.json")
        (pathlib.Path(folder.name) / source.name).write_text(source.read_text())
    return folder

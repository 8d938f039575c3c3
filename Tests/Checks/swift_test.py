"""Runs the built Swift tests and counts them. The last line is "N passed, N failed"."""

import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml


def main():
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "tests.xml")
        run = subprocess.run(
            ["swift", "test", "--skip-build", "--disable-xctest", "--xunit-output", report],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        failed, passed = [], 0
        # With XCTest switched on Swift Testing writes beside the name that it is given.
        for report in sorted(pathlib.Path(folder).glob("*.xml")):
            for case in xml.parse(report).getroot().iter("testcase"):
                if case.find("failure") is not None or case.find("error") is not None:
                    failed.append(f"{case.get('classname')}.{case.get('name')}")
                else:
                    passed += 1
    if run.returncode != 0 or failed or not passed:
        print("\n".join(line for line in run.stdout.splitlines() if "✘" in line or "error:" in line))
        print("\n".join(run.stdout.splitlines()[-20:]))
        failed = failed or ["swift test"]
    for name in failed:
        print(f"FAILED  {name}")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Which clinical cases cover each criterion and each setting of each knob.

usage: coverage.py [--list]
  --list   names the cases, not only how many there are
Prints one line for each; the last line is "N passed, N failed", where what no case covers has failed.
"""

import collections
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEFINITION = ROOT / "Sources" / "CTrialGateResources" / "definitions" / "nct06373081.yaml"


def load(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def cases():
    for path in sorted((ROOT / "Tests" / "Cases").glob("*.yaml")):
        if not path.name.startswith("base") and path.name != "index.yaml":
            yield from load(path)["cases"]


def main():
    listed = "--list" in sys.argv[1:]
    definition = load(DEFINITION)
    reported = [c for c in definition["criteria"] if c["role"] != "CRITERION_ROLE_STEP"]
    by_criterion = collections.defaultdict(dict)
    by_setting = collections.defaultdict(dict)
    knobs_of = {c["id"]: c.get("knobs", []) for c in reported}
    settings = {k["id"]: [s["value"] for s in k.get("settings", [])] for k in definition["knobs"]}
    default = {k["id"]: k["default_value"] for k in definition["knobs"]}
    for case in cases():
        about = set(case.get("covers", [])) | set(case["expect"].get("results", {}))
        readings = {knob: str(value) for knob, value in case.get("readings", {}).items()}
        readings = {k: v.lower() if v in ("True", "False") else v for k, v in readings.items()}
        for criterion in about:
            outcome = case["expect"].get("results", {}).get(criterion, "")
            by_criterion[criterion].setdefault(outcome, []).append(case["id"])
        for knob, value in readings.items():
            known = value if value in settings.get(knob, []) else "a number"
            by_setting[knob, known].setdefault("", []).append(case["id"])
        touched = {knob for criterion in about for knob in knobs_of.get(criterion, [])}
        for knob in settings:
            # The default is covered by what touches the knob, and everywhere by what nothing else sets.
            if knob not in readings and (knob in touched or not any(knob in k for k in knobs_of.values())):
                by_setting[knob, default[knob]].setdefault("", []).append(case["id"])

    passed, failed = 0, 0

    def row(name, found):
        nonlocal passed, failed
        count = sum(len(ids) for ids in found.values())
        passed, failed = (passed + 1, failed) if count else (passed, failed + 1)
        detail = ", ".join(f"{k or 'named'} {len(v)}" for k, v in sorted(found.items()))
        print(f"{'' if count else 'UNCOVERED  '}{name}: {count} ({detail})")
        if listed:
            for ids in found.values():
                print("    " + ", ".join(ids))

    for criterion in reported:
        row(criterion["id"], by_criterion[criterion["id"]])
    for knob in definition["knobs"]:
        numbers = ["a number"] if knob.get("takes_number") else []
        for value in settings[knob["id"]] + numbers:
            row(f"{knob['id']} = {value}", by_setting[knob["id"], value])
    for criterion in sorted(set(by_criterion) - {"D0"}):
        if not any(re.fullmatch(re.escape(criterion), c["id"]) for c in reported):
            failed += 1
            print(f"NO CRITERION  {criterion}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

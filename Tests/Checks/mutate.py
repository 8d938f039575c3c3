"""Changes the definition in one place at a time and asks whether a clinical case notices.

usage: mutate.py [--sample N] [--jobs N] [--only WORD]
  --sample   N mutants, spread evenly over all; default all
  --jobs     processes at once; default 2
  --only     mutants whose name holds the word

Each threshold is moved by one in its last digit, each operator is made strict or not, each window is made a
unit longer and shorter, each member is taken out of its class, each dose factor is changed, and each knob
gets another default. A mutant that does not compile is none. Survivors that change nothing are explained in
equivalent-mutants.yaml beside this file. Prints the survivors; the last line is "N passed, N failed", where
a survivor without an explanation has failed.

Environment: TRIALGATE_BINARY = the binary (default .build/release/trialgate).
"""

import argparse
import collections
import concurrent.futures
import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TRIALGATE_BINARY", str(ROOT / ".build" / "release" / "trialgate"))
DEFINITION = ROOT / "Sources" / "CTrialGateResources" / "definitions" / "nct06373081.yaml"
CASES = ROOT / "Tests" / "Cases"
EXPLAINED = ROOT / "Tests" / "Checks" / "equivalent-mutants.yaml"
OPERATORS = {
    "LESS_THAN": "LESS_OR_EQUAL",
    "LESS_OR_EQUAL": "LESS_THAN",
    "GREATER_THAN": "GREATER_OR_EQUAL",
    "GREATER_OR_EQUAL": "GREATER_THAN",
    "EQUAL": "GREATER_OR_EQUAL",
}


def load(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def neighbours(text):
    """A decimal one more and one less in its last digit."""
    digits = len(text.split(".")[1]) if "." in text else 0
    whole = int(text.replace(".", ""))
    for value in (whole + 1, whole - 1):
        if value >= 0:
            padded = str(value).rjust(digits + 1, "0")
            yield padded[:-digits] + "." + padded[-digits:] if digits else padded


def places(node, path=()):
    """Every mapping below a rule, with its path."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from places(value, path + (key,))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from places(value, path + (index,))


def edits(definition):
    """Names of mutants, each with its path and what is put there; None takes the element out."""
    for number, criterion in enumerate(definition["criteria"]):
        for path, node in places(criterion):
            where = ("criteria", number) + path
            name = f"{criterion['id']} {'.'.join(map(str, path))}".strip()
            if "operator" in node:
                old = node["operator"].removeprefix("COMPARISON_OPERATOR_")
                new = "COMPARISON_OPERATOR_" + OPERATORS[old]
                yield f"{name} operator {OPERATORS[old]}", where + ("operator",), new
            for key in ("value", "limit", "uln_multiple", "amount"):
                if isinstance(node.get(key), str) and re.fullmatch(r"[0-9.]+", node[key]):
                    for new in neighbours(node[key]):
                        yield f"{name} {key} {new}", where + (key,), new
            for key in ("years", "at_least", "count"):
                if isinstance(node.get(key), int) and node[key] > 0:
                    for new in (node[key] + 1, node[key] - 1):
                        yield f"{name} {key} {new}", where + (key,), new
    for number, entry in enumerate(definition["code_sets"]):
        where = ("code_sets", number)
        for key in ("concepts", "includes", "except_concepts"):
            for index, member in enumerate(entry.get(key, [])):
                yield f"{entry['id']} without {member}", where + (key, index), None
        for index, member in enumerate(entry.get("members", [])):
            for key in ("codes", "prefixes", "except_prefixes"):
                for position, code in enumerate(member.get(key, [])):
                    system = member["system"].rsplit("/", 1)[-1]
                    name = f"{entry['id']} without {key} {code} of {system}"
                    yield name, where + ("members", index, key, position), None
    for number, table in enumerate(definition["dose_tables"]):
        for index, drug in enumerate(table["drugs"]):
            new = "11/10" if drug["factor"] == "1" else "1"
            name = f"{table['id']} {drug['drug']} factor {new}"
            yield name, ("dose_tables", number, "drugs", index, "factor"), new
    for number, knob in enumerate(definition["knobs"]):
        for setting in knob.get("settings", []):
            if setting["value"] != knob["default_value"]:
                name = f"{knob['id']} default {setting['value']}"
                yield name, ("knobs", number, "default_value"), setting["value"]
        if knob.get("takes_number"):
            yield f"{knob['id']} default 7", ("knobs", number, "default_value"), "7"


def mutant(definition, path, new):
    changed = copy.deepcopy(definition)
    node = changed
    for key in path[:-1]:
        node = node[key]
    if new is None:
        del node[path[-1]]
    else:
        node[path[-1]] = new
    return changed


def words_of(text):
    return set(re.findall(r"[A-Za-z0-9_]+(?:[.][A-Za-z0-9_]+)*", text))


class CaseFiles:
    """The case files, those first that have in common with a mutant's name what few others have."""

    def __init__(self, paths):
        self.words = {path: words_of(path.stem) | words_of(path.read_text()) for path in paths}
        self.spread = collections.Counter(word for words in self.words.values() for word in words)

    def ordered(self, name):
        wanted = words_of(name)

        def distance(path):
            return -sum(1 / self.spread[word] ** 2 for word in wanted & self.words[path])

        return [str(path) for path in sorted(self.words, key=distance)]


def run(definition, edit, case_files):
    name, path, new = edit
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "definition.json"
        target.write_text(json.dumps(mutant(definition, path, new)), encoding="utf-8")
        command = [BINARY, "test", "--fail-fast", "--definition", str(target)]
        command += case_files.ordered(name)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "do not hold: definition:" in done.stdout and "readings" in done.stdout:
        return name, "none"
    return name, "survivor" if done.returncode == 0 else "killed"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    definition = load(DEFINITION)
    case_files = CaseFiles(
        file
        for file in sorted(CASES.glob("*.yaml"))
        if not file.name.startswith("base") and file.name != "index.yaml"
    )
    explained = {e["mutant"]: e["why"] for e in load(EXPLAINED)}
    chosen = [edit for edit in edits(definition) if options.only in edit[0]]
    if options.sample and options.sample < len(chosen):
        chosen = [chosen[i * len(chosen) // options.sample] for i in range(options.sample)]
    results = {}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for name, result in pool.map(lambda edit: run(definition, edit, case_files), chosen):
            results[name] = result
            if result == "survivor":
                print(f"survivor  {name}{'  = ' + explained[name] if name in explained else ''}", flush=True)
    counts = {kind: list(results.values()).count(kind) for kind in ("killed", "survivor", "none")}
    open_ones = [n for n, r in results.items() if r == "survivor" and n not in explained]
    print(
        f"{counts['killed']} killed, {counts['survivor']} survived "
        f"({counts['survivor'] - len(open_ones)} explained), {counts['none']} did not compile"
    )
    print(f"{counts['killed'] + counts['survivor'] - len(open_ones)} passed, {len(open_ones)} failed")
    return 1 if open_ones or not results else 0


if __name__ == "__main__":
    sys.exit(main())

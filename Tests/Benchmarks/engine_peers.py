"""The engines that `engines.py` compares, in the environment that it makes. Not for use by itself.

usage: engine_peers.py list DEFINITION STAGE COHORT PREFIX OUT   the leaves as JSON
       engine_peers.py reduce DEFINITION STAGE COHORT PREFIX OUT the definition with these criteria alone, as JSON
       engine_peers.py answers LEAVES                            the results of every engine, which must agree
       engine_peers.py run ENGINE LEAVES SECONDS                 CPU time of deciding all leaves, in nanoseconds
"""

import json
import pathlib
import sys
import time

import comparisons


def values(leaves):
    together = {}
    for leaf in leaves:
        together.update(leaf["values"])
    return together


def cel_cpp(leaves, prepared=True):
    """Google's cel-cpp: one expression after another, on an activation that is made once or every time."""
    from cel_expr_python import cel

    known = values(leaves)
    types = {float: cel.Type.DOUBLE, str: cel.Type.STRING, bool: cel.Type.BOOL}
    env = cel.NewEnv(variables={name: types[type(value)] for name, value in known.items()})
    evaluations = [env.compile(leaf["cel"]).eval for leaf in leaves]
    activation = env.Activation(known)

    def decide():
        now = activation if prepared else env.Activation(known)
        return [evaluate(now).value() for evaluate in evaluations]

    return decide


def cel_cpp_list(leaves):
    """The same in one call: a list whose elements are the expressions."""
    whole = ", ".join(leaf["cel"] for leaf in leaves)
    decide = cel_cpp([{"cel": f"[{whole}]", "values": values(leaves)}])
    return lambda: [element.value() for element in decide()[0]]


def cel_rust_list(leaves):
    """CEL in Rust likewise."""
    whole = ", ".join(leaf["cel"] for leaf in leaves)
    decide = cel_rust([{"cel": f"[{whole}]", "values": values(leaves)}])
    return lambda: decide()[0]


def cel_rust(leaves, prepared=True):
    """CEL in Rust likewise."""
    import cel

    known = values(leaves)
    executions = [cel.compile(leaf["cel"]).execute for leaf in leaves]
    context = cel.Context(variables=known)

    def decide():
        now = context if prepared else cel.Context(variables=known)
        return [execute(now) for execute in executions]

    return decide


def zen_expressions(leaves):
    """zen: one compiled expression after another, no trace."""
    import zen

    known = values(leaves)
    evaluations = [zen.compile_expression(leaf["zen"]).evaluate for leaf in leaves]
    return lambda: [evaluate(known) for evaluate in evaluations]


def zen_graph(leaves, trace):
    """zen: a decision of all expressions, with what it traces of them."""
    import zen

    known = values(leaves)
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {
            "id": "leaves",
            "name": "leaves",
            "type": "expressionNode",
            "position": {"x": 1, "y": 0},
            "content": {
                "expressions": [
                    {"id": f"e{index}", "key": f"r{index}", "value": leaf["zen"]}
                    for index, leaf in enumerate(leaves)
                ]
            },
        },
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "leaves"},
        {"id": "b", "type": "edge", "sourceId": "leaves", "targetId": "out"},
    ]
    content = zen.ZenDecisionContent(json.dumps({"nodes": nodes, "edges": edges}))
    decision = zen.ZenEngine().create_decision(content)
    options = {"trace": trace}
    names = [f"r{index}" for index in range(len(leaves))]

    def decide():
        answer = decision.evaluate(known, options)
        if trace and not answer["trace"]:
            raise RuntimeError("zen traced nothing")
        result = answer["result"]
        return [result[name] for name in names]

    return decide


def calling(leaves):
    """What Python's calls into cel-cpp cost by themselves: as many times the expression `true`."""
    return cel_cpp([{"cel": "true", "values": {}} for _ in leaves])


ENGINES = {
    "cel-cpp": cel_cpp,
    "cel-cpp, values set each time": lambda leaves: cel_cpp(leaves, prepared=False),
    "cel-cpp, one list of all": cel_cpp_list,
    "cel-rust": cel_rust,
    "cel-rust, one list of all": cel_rust_list,
    "cel-rust, values set each time": lambda leaves: cel_rust(leaves, prepared=False),
    "zen expressions": zen_expressions,
    "zen decision": lambda leaves: zen_graph(leaves, False),
    "zen decision with trace": lambda leaves: zen_graph(leaves, True),
    "calls of cel-cpp for nothing": calling,
}


def load(path):
    import yaml

    text = pathlib.Path(path).read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)


def run(engine, leaves, seconds):
    """CPU time of deciding all leaves once."""
    decide = ENGINES[engine](leaves)
    count = 1
    while True:
        began = time.process_time_ns()
        for _ in range(count):
            decide()
        spent = time.process_time_ns() - began
        if spent >= seconds * 1e9:
            return spent / count
        count = max(count * 2, int(count * seconds * 1.1e9 / max(spent, 1)))


def main(what, *rest):
    if what == "list":
        definition, stage, cohort, prefix, out = rest
        rows = comparisons.listed(load(definition), stage, cohort, prefix)
        pathlib.Path(out).write_text(json.dumps(rows))
    elif what == "reduce":
        definition, stage, cohort, prefix, out = rest
        small = comparisons.reduced(load(definition), stage, cohort, prefix)
        pathlib.Path(out).write_text(json.dumps(small, ensure_ascii=False))
    elif what == "answers":
        leaves = json.loads(pathlib.Path(rest[0]).read_text())
        found = {name: ENGINES[name](leaves)() for name in ENGINES if ENGINES[name] is not calling}
        first = found["cel-cpp"]
        for name, answers in found.items():
            if answers != first or not all(isinstance(answer, bool) for answer in answers):
                sys.exit(f"{name} does not answer as cel-cpp does: {answers} and {first}")
    elif what == "run":
        engine, leaves, seconds = rest
        print(run(engine, json.loads(pathlib.Path(leaves).read_text()), float(seconds)))
    else:
        sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

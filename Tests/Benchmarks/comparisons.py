"""The comparisons of a definition as expressions of other engines, over a dictionary that is prepared beforehand.

A leaf is a criterion, or a step of one, that looks at facts: everything but groups, conditions and choices. Each becomes
one expression. Choosing the fact that counts, units, windows' days, missing facts and evidence are TrialGate's own work:
here the dictionary already holds the value that counts, in the limit's unit, and the days that lie between.
"""

import re

OPERATORS = {
    "COMPARISON_OPERATOR_LESS_THAN": "<",
    "COMPARISON_OPERATOR_LESS_OR_EQUAL": "<=",
    "COMPARISON_OPERATOR_GREATER_OR_EQUAL": ">=",
    "COMPARISON_OPERATOR_GREATER_THAN": ">",
    "COMPARISON_OPERATOR_EQUAL": "==",
}
DAYS = {"HOUR": 1 / 24, "DAY": 1, "WEEK": 7, "MONTH": 30, "YEAR": 365}
KINDS = (
    "age sex result measured finding exposure condition allergy participation consent statement assessment "
    "grade_count conclusion daily_dose clearance duration sequence change persistence enrolment"
).split()
REFERENCES = ("applies_if", "void_if")


class Definition:
    """A definition with the knobs' defaults."""

    def __init__(self, document):
        self.criteria = {criterion["id"]: criterion for criterion in document["criteria"]}
        self.knobs = {knob["id"]: knob["default_value"] for knob in document["knobs"]}
        for reading in document.get("readings", ()):
            self.knobs[reading["knob"]] = reading["value"]

    def below(self, criterion):
        """Ids of what a criterion refers to under the readings."""
        found = [criterion[key] for key in REFERENCES if key in criterion]
        found += [flag["if"] for flag in criterion.get("flags", ())]
        found += criterion.get("group", {}).get("members", ())
        found += criterion.get("conditional", {}).values()
        found += criterion.get("same_as", {}).values()
        found += criterion.get("duration", {}).get("components", ())
        if "conclusion" in criterion and criterion["conclusion"].get("computed_by"):
            found.append(criterion["conclusion"]["computed_by"])
        choice = criterion.get("by_reading")
        if choice:
            setting = self.knobs[choice["knob"]]
            chosen = [option["criterion"] for option in choice["options"] if option["value"] == setting]
            found += chosen or [choice["number"]]
        return found

    def reached(self, ids):
        """The criteria that deciding these asks for, in the definition's order."""
        seen, open_ids = set(), list(ids)
        while open_ids:
            one = open_ids.pop()
            if one not in seen:
                seen.add(one)
                open_ids += self.below(self.criteria[one])
        return [criterion for one, criterion in self.criteria.items() if one in seen]

    def decided(self, stage, cohort, prefix=""):
        """Ids of what a verdict reports for a stage and a cohort."""
        return [
            one
            for one, criterion in self.criteria.items()
            if stage in criterion.get("stages", ())
            and criterion.get("cohort", cohort) == cohort
            and (one + ".").startswith(prefix)
        ]

    def leaves(self, ids):
        return [
            (criterion["id"], kind, criterion[kind])
            for criterion in self.reached(ids)
            for kind in KINDS
            if kind in criterion
        ]

    def days(self, period):
        """Length of a period in days; None where a knob says that there is no window."""
        count = period.get("count")
        if "knob" in period:
            setting = self.knobs[period["knob"]]
            if not re.fullmatch(r"\d+", setting):
                return None
            count = int(setting)
        return count * DAYS[period["unit"].rpartition("_")[2]]


def word(*parts):
    return re.sub(r"\W", "_", "_".join(parts))


class Leaf:
    """Comparisons that hold together, and the values that they look at."""

    def __init__(self):
        self.parts, self.values = [], {}

    def number(self, name, operator, limit, times=None):
        """`name OPERATOR limit`, or limit times another value; prepared so that it holds."""
        limit = float(limit)
        right = f"{limit!r}" + (f" * {times}" if times else "")
        if times:
            self.values.setdefault(times, 40.0)
        bound = limit * self.values.get(times, 1.0)
        near = {"<": 0.5, "<=": 0.5, ">": 1.5, ">=": 1.5, "==": 1.0}[operator]
        self.values[name] = bound * near if bound else {"<": -1.0, ">": 1.0}.get(operator, 0.0)
        self.parts.append((name, operator, right))

    def same(self, name, value):
        self.values[name] = value
        literal = {True: "true", False: "false"}.get(value, f'"{value}"') if isinstance(value, bool) else f'"{value}"'
        self.parts.append((name, "==", literal))

    def within(self, name, days):
        if days is not None:
            self.number(name, "<=", days)

    def text(self, conjunction):
        return conjunction.join(f"{name} {operator} {right}" for name, operator, right in self.parts)


def expression(definition, kind, body):
    """A leaf as comparisons."""
    leaf = Leaf()
    concept = word((body.get("concepts") or [body.get("concept", "")])[0])
    window = definition.days(body["window"]) if "window" in body else None
    operator = OPERATORS.get(body.get("operator"))

    def knob(name):
        setting = definition.knobs[name]
        return setting if re.fullmatch(r"-?\d+(\.\d+)?", setting) else None

    if kind == "age":
        years = knob(body["years_knob"]) if "years_knob" in body else body.get("years", 0)
        leaf.number("age", operator, years) if years is not None else leaf.same("age_recorded", True)
    elif kind == "sex":
        leaf.same("sex", body["sex"])
    elif kind == "result":
        if "uln_multiple" in body:
            leaf.number(word(concept, "value"), operator, body["uln_multiple"], word(concept, "uln"))
        else:
            limit = knob(body["limit_knob"]) if "limit_knob" in body else body["value"]["value"]
            if limit is None:
                leaf.same(word(concept, "recorded"), True)
            else:
                leaf.number(word(concept, "value"), operator, limit)
        leaf.within(word(concept, "days"), window)
    elif kind == "measured":
        leaf.same(word(concept, "recorded"), True)
    elif kind == "finding":
        leaf.same(word(concept, "finding"), body["expected"])
        leaf.within(word(concept, "days"), window)
    elif kind == "exposure":
        name = word(body["drug_set"], "dose")
        leaf.within(word(name, "days"), window) if window is not None else leaf.same(word(name, "given"), True)
    elif kind in ("condition", "participation"):
        name = word(body.get("condition_set", "trial"))
        leaf.same(word(name, "present"), True)
        leaf.within(word(name, "days"), window)
    elif kind == "statement":
        leaf.same(word(concept, "answer"), body["expected"])
        leaf.within(word(concept, "days"), window)
    elif kind == "assessment":
        leaf.number(word(body["instrument"], "total"), operator, body["limit"])
    elif kind == "grade_count":
        leaf.number(word(body["instrument"], body["grade"], "count"), ">=", body["at_least"])
    elif kind == "daily_dose":
        leaf.number(word(body["dose_table"], "dose"), operator, body["limit"])
    elif kind == "clearance":
        leaf.number(word(body["creatinine"], "clearance"), operator, body["limit"])
    elif kind == "duration":
        leaf.number("treatment_days", operator, definition.days(body["period"]) or 1)
    elif kind == "change":
        leaf.number(word(concept, "change"), operator, body["amount"])
    elif kind == "persistence":
        leaf.number(word(concept, "positives"), ">=", body["count"])
    else:  # allergy, consent, conclusion, sequence, enrolment
        leaf.same(word(kind, *[value for value in body.values() if isinstance(value, str)]), True)
    return leaf


def listed(document, stage, cohort, prefix=""):
    """The leaves as dictionaries: id, kind, `cel` and `zen` (the expression in either language), and values."""
    definition = Definition(document)
    rows = []
    for one, kind, body in definition.leaves(definition.decided(stage, cohort, prefix)):
        leaf = expression(definition, kind, body)
        rows.append(
            {"id": one, "kind": kind, "cel": leaf.text(" && "), "zen": leaf.text(" and "), "values": leaf.values}
        )
    return rows


def reduced(document, stage, cohort, prefix):
    """The definition with nothing but the criteria of a prefix and what they ask for, under every reading, as those of
    one cohort."""
    definition = Definition(document)
    kept, open_ids = set(), definition.decided(stage, cohort, prefix)
    while open_ids:
        one = open_ids.pop()
        if one in kept:
            continue
        kept.add(one)
        criterion = definition.criteria[one]
        open_ids += definition.below(criterion)
        choice = criterion.get("by_reading", {})
        open_ids += [option["criterion"] for option in choice.get("options", ())]
        if "number" in choice:
            open_ids.append(choice["number"])
    criteria = [
        {**criterion, "cohort": cohort} if "stages" in criterion else criterion
        for criterion in document["criteria"]
        if criterion["id"] in kept
    ]
    cohorts = [one for one in document["cohorts"] if one["id"] == cohort]
    return {**document, "cohorts": cohorts, "criteria": criteria, "relations": []}

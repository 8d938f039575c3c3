"""What the wire contract must hold beyond the linter, checked over the descriptor set.

usage: contract.py DESCRIPTOR_SET
Prints one line for each breach; the last line is "N passed, N failed".
"""

import sys

from google.protobuf import descriptor_pb2


def messages(prefix, found):
    for message in found:
        name = f"{prefix}.{message.name}"
        yield name, message
        yield from messages(name, message.nested_type)


def reaches_itself(name, parts):
    """Whether a value of the message can contain another of the same type."""
    seen, queue = set(), list(parts[name])
    while queue:
        part = queue.pop()
        if part == name:
            return True
        if part in seen:
            continue
        seen.add(part)
        queue += parts.get(part, [])
    return False


def main(path):
    with open(path, "rb") as file:
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
    Field = descriptor_pb2.FieldDescriptorProto
    breaches, checked = [], 0

    def check(holds, breach):
        nonlocal checked
        checked += 1
        if not holds:
            breaches.append(breach)

    every = [
        pair
        for file in files
        for pair in messages(f".{file.package}", file.message_type)
    ]
    parts = {
        name: [f.type_name for f in message.field if f.type == Field.TYPE_MESSAGE]
        for name, message in every
    }
    for file in files:
        check(file.package == "trialgate.v1", f"{file.name}: the package is trialgate.v1")
        enums = list(file.enum_type) + [
            e for _, m in messages("", file.message_type) for e in m.enum_type
        ]
        for enum in enums:
            check(
                enum.value[0].number == 0 and enum.value[0].name.endswith("_UNSPECIFIED"),
                f"{enum.name}: value 0 is *_UNSPECIFIED",
            )
    for name, message in every:
        check(not reaches_itself(name, parts), f"{name} contains itself")
        check(not message.options.map_entry, f"{name} is a map")
        check(len(message.field) <= 128, f"{name} has more fields than the wire scan keeps track of")
        for field in message.field:
            place = f"{name}.{field.name}"
            check(not field.proto3_optional, f"{place} is optional; protoc-c 1.4 refuses it")
            check(field.type_name != ".google.protobuf.Any", f"{place} is an Any")
            check(field.type not in (Field.TYPE_FLOAT, Field.TYPE_DOUBLE), f"{place} is binary")
            lower = "".join(
                part if index == 0 else part.capitalize()
                for index, part in enumerate(field.name.split("_"))
            )
            check(field.json_name in ("", lower), f"{place} has a json_name of its own")
    methods = {m.name: m for f in files for s in f.service for m in s.method}
    check(
        methods["Evaluate"].options.idempotency_level
        == descriptor_pb2.MethodOptions.NO_SIDE_EFFECTS,
        "Evaluate has no side effects",
    )
    for breach in breaches:
        print(f"contract.py: {breach}")
    print(f"{checked - len(breaches)} passed, {len(breaches)} failed")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

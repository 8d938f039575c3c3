"""What requests say stays in their answers: unique texts in every field, well formed and malformed, are never found in a
log, in the message of an error or in its details; those of evaluations are not in the database either."""

import importlib
import pathlib
import random
import unittest

import grpc
from google.protobuf import descriptor as descriptors

from configuration import (
    SERVICE,
    TRIAL,
    Guarded,
    caller,
    configuration_pb2,
    configuration_service_pb2,
    requests_pb2,
)
from harness import eligibility_pb2, example

service_pb2 = importlib.import_module("trialgate.v1.eligibility_service_pb2")
Field = descriptors.FieldDescriptor

# No text of ours begins like this.
MARK = "zQx7canary"


class Canaries:
    """Unique texts, and how they are told apart."""

    def __init__(self):
        self.count = 0

    def text(self):
        self.count += 1
        return f"{MARK}{self.count:05}"


def fill(message, canaries, depth=0):
    """Sets every field of a message, texts to canaries, one member of each choice."""
    chosen = set()
    for field in message.DESCRIPTOR.fields:
        choice = field.containing_oneof
        if choice is not None:
            if choice.name in chosen:
                continue
            chosen.add(choice.name)
        repeated = field.is_repeated
        if field.type == Field.TYPE_MESSAGE:
            fill(getattr(message, field.name).add() if repeated else getattr(message, field.name), canaries, depth + 1)
            if not repeated:
                getattr(message, field.name).SetInParent()
            continue
        if field.type == Field.TYPE_STRING:
            value = canaries.text()
        elif field.type == Field.TYPE_BYTES:
            value = canaries.text().encode()
        elif field.type == Field.TYPE_BOOL:
            value = True
        elif field.type == Field.TYPE_ENUM:
            value = field.enum_type.values[-1].number
        else:
            value = 7
        if repeated:
            getattr(message, field.name).append(value)
        else:
            setattr(message, field.name, value)
    return message


def texts_replaced(message, canaries, kept):
    """The same message, whose texts outside `kept` fields are canaries."""
    for field, value in message.ListFields():
        if field.type == Field.TYPE_MESSAGE:
            for part in value if field.is_repeated else [value]:
                texts_replaced(part, canaries, kept)
        elif field.type == Field.TYPE_STRING and field.name not in kept:
            if field.is_repeated:
                for index in range(len(value)):
                    value[index] = canaries.text()
            else:
                setattr(message, field.name, canaries.text())
    return message


def broken(bytes_, chance):
    """Ways in which bytes stop being a message."""
    yield bytes_[: len(bytes_) // 2]
    yield bytes_[:-1]
    yield bytes_ + b"\x0b"
    yield bytes_ + b"\xff" * 10
    yield bytes_.replace(MARK.encode(), MARK.encode()[:-1] + b"\xff", 1)
    yield bytes_.replace(MARK.encode(), MARK.encode()[:-1] + b"\x00", 1)
    # A field that no version has, with a canary in it.
    yield bytes_ + b"\xfa\x7d\x0f" + f"{MARK}00000".encode()
    for _ in range(20):
        copy = bytearray(bytes_)
        copy[chance.randrange(len(copy))] = chance.randrange(256)
        yield bytes(copy)


class CanaryTest(unittest.TestCase):
    def setUp(self):
        roles = "viewer,evaluator,editor,approver,administrator"
        self.guarded = Guarded({"ann": roles, "bob": roles})
        self.addCleanup(self.guarded.stop)
        self.canaries = Canaries()
        self.chance = random.Random(7)
        self.errors = 0

    def send(self, path, message, bytes_, is_stream=False):
        """Makes a call; what an error says must hold no canary."""
        metadata = caller("ann")
        try:
            if is_stream:
                call = self.guarded.channel.stream_stream("/" + path)
                for answer in call(iter([bytes_]), metadata=metadata, timeout=20):
                    if path.endswith("EvaluateStream"):
                        error = eligibility_pb2.EvaluateStreamResponse.FromString(answer).error
                        self.assertNotIn(MARK, str(error), path)
            else:
                self.guarded.channel.unary_unary("/" + path)(bytes_, metadata=metadata, timeout=20)
        except grpc.RpcError as error:
            self.errors += 1
            said = repr([error.details(), error.trailing_metadata(), error.initial_metadata()])
            self.assertNotIn(MARK[:-1], said, f"{path} {message.DESCRIPTOR.name}")

    def everything(self, path, message, is_stream=False):
        bytes_ = message.SerializeToString()
        self.send(path, message, bytes_, is_stream)
        for bad in broken(bytes_, self.chance):
            self.send(path, message, bad, is_stream)

    def test_no_canary_is_ever_said(self):
        for service in (
            service_pb2.DESCRIPTOR.services_by_name["EligibilityService"],
            configuration_service_pb2.DESCRIPTOR.services_by_name["ConfigurationService"],
        ):
            for method in service.methods:
                request = getattr(
                    importlib.import_module(method.input_type.file.name[:-6].replace("/", ".") + "_pb2"),
                    method.input_type.name,
                )
                is_stream = method.client_streaming or method.server_streaming
                path = f"{service.full_name}/{method.name}"
                self.everything(path, fill(request(), self.canaries), is_stream)
        self.well_formed_evaluations()
        # Evaluations are kept nowhere, and of changes only those that were made.
        self.assertFalse(self.files_with(MARK[:-1]))
        self.well_formed_changes()
        # What changes say is kept, so that the search does find what is there.
        self.assertTrue(self.files_with(MARK))
        self.assertGreater(self.canaries.count, 500)
        self.assertGreater(self.errors, 300)
        # The server serves, and said nothing of it.
        self.guarded.eligibility.Evaluate(example("eligible"), metadata=caller("ann"), timeout=20)
        self.assertNotIn(MARK[:-1], self.guarded.server.output())

    def files_with(self, text):
        """The files of the data directory that hold a text, the log among them."""
        files = [path for path in pathlib.Path(self.guarded.server.folder).rglob("*") if path.is_file()]
        self.assertIn("configuration.sqlite", [path.name for path in files])
        return [path.name for path in files if text.encode() in path.read_bytes()]

    def well_formed_evaluations(self):
        path = "trialgate.v1.EligibilityService/Evaluate"
        # Ids, references and versions of documents may be anything; then codes and units too.
        forms = {"as_of", "index_date", "effective", "value", "birth_date", "signed", "trial", "site"}
        forms |= {"start", "end", "onset", "abatement", "last_activity", "cohorts", "recorded"}
        for kept in (forms | {"concept", "system", "code", "unit"}, forms, {"trial", "site"}, set()):
            message = texts_replaced(example("eligible"), self.canaries, kept)
            message.request_ref = self.canaries.text()
            self.everything(path, message)

    def well_formed_changes(self):
        """Changes that succeed keep what they say, and those that are refused do not quote it."""
        for attempt in range(2):
            trial = requests_pb2.CreateTrialRequest(
                trial_id="canary",
                trial=configuration_pb2.Trial(display_name=self.canaries.text()),
                reason=self.canaries.text(),
            )
            self.everything(f"{SERVICE}/CreateTrial", trial)
            site = requests_pb2.CreateSiteRequest(
                parent=TRIAL,
                site_id=self.canaries.text().lower(),
                site=configuration_pb2.Site(display_name=self.canaries.text()),
                reason=self.canaries.text(),
            )
            self.everything(f"{SERVICE}/CreateSite", site)
            version = requests_pb2.CreateProtocolVersionRequest(
                parent=TRIAL,
                version_id=f"c{attempt}",
                version=configuration_pb2.ProtocolVersion(
                    base_version="2024-04-17", notes=self.canaries.text()
                ),
                reason=self.canaries.text(),
            )
            self.everything(f"{SERVICE}/CreateProtocolVersion", version)
        query = requests_pb2.ListSitesRequest(
            parent=TRIAL,
            filter=f'display_name : "{self.canaries.text()}" AND id',
            order_by=self.canaries.text(),
            page_token=self.canaries.text(),
        )
        self.everything(f"{SERVICE}/ListSites", query)


if __name__ == "__main__":
    unittest.main()

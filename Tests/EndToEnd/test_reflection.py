"""Reflection of `trialgate serve`, v1 and v1alpha, with the stubs of grpcio-reflection.

Both versions have the same messages; only their names differ.
"""

import importlib

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

from harness import ServerTestCase

SERVICES = {
    "trialgate.v1.ConfigurationService",
    "trialgate.v1.EligibilityService",
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
}
CONTRACT = (
    "configuration",
    "configuration_requests",
    "configuration_service",
    "definition",
    "eligibility",
    "eligibility_service",
    "snapshot",
    "values",
    "verdict",
)
NOT_FOUND = 5
Request = reflection_pb2.ServerReflectionRequest


def extension(type_name, number):
    return Request(
        file_containing_extension=reflection_pb2.ExtensionRequest(
            containing_type=type_name, extension_number=number
        )
    )


def types_below(message, found):
    """All message types that a value of the type can contain, itself included."""
    if message.full_name not in found:
        found[message.full_name] = message
        for field in message.fields:
            if field.message_type is not None:
                types_below(field.message_type, found)
    return found


class ReflectionOfVersion:
    version = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.info = cls.channel.stream_stream(
            f"/grpc.reflection.{cls.version}.ServerReflection/ServerReflectionInfo",
            request_serializer=Request.SerializeToString,
            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
        )

    def ask(self, *requests):
        """The answers to the requests of one stream."""
        answers = list(self.info(iter(requests), timeout=10))
        self.assertEqual([answer.original_request for answer in answers], list(requests))
        return answers

    def files(self, request):
        """The files of an answer, by name."""
        (answer,) = self.ask(request)
        self.assertEqual(answer.WhichOneof("message_response"), "file_descriptor_response", answer)
        parsed = map(
            descriptor_pb2.FileDescriptorProto.FromString,
            answer.file_descriptor_response.file_descriptor_proto,
        )
        return {file.name: file for file in parsed}

    def assertNotFound(self, answer):
        self.assertEqual(answer.WhichOneof("message_response"), "error_response", answer)
        self.assertEqual(answer.error_response.error_code, NOT_FOUND)
        self.assertTrue(answer.error_response.error_message)

    def database(self):
        database = ProtoReflectionDescriptorDatabase(self.channel)
        database._stub.ServerReflectionInfo = self.info
        return database

    def test_services_are_listed(self):
        (answer,) = self.ask(Request(list_services=""))
        names = [service.name for service in answer.list_services_response.service]
        self.assertEqual(len(names), len(set(names)))
        self.assertLessEqual(SERVICES, set(names))

    def test_every_service_is_found_by_its_name_and_its_methods(self):
        for name in self.database().get_services():
            with self.subTest(name):
                files = self.files(Request(file_containing_symbol=name))
                package, _, short = name.rpartition(".")
                services = [
                    service
                    for file in files.values()
                    for service in file.service
                    if (file.package, service.name) == (package, short)
                ]
                self.assertEqual(len(services), 1)
                self.assertTrue(services[0].method)
                for method in services[0].method:
                    again = self.files(Request(file_containing_symbol=f"{name}.{method.name}"))
                    self.assertEqual(again.keys(), files.keys())

    def test_every_message_of_every_method_can_be_made(self):
        database = self.database()
        pool = descriptor_pool.DescriptorPool(database)
        for name in database.get_services():
            for method in pool.FindServiceByName(name).methods:
                with self.subTest(method.full_name):
                    types = types_below(method.input_type, types_below(method.output_type, {}))
                    self.assertGreaterEqual(len(types), 1)
                    for message in types.values():
                        made = message_factory.GetMessageClass(message)()
                        self.assertEqual(made.DESCRIPTOR.full_name, message.full_name)
                        self.assertEqual(made.SerializeToString(), b"")

    def test_the_contract_is_the_one_that_is_published(self):
        for name in CONTRACT:
            path = f"trialgate/v1/{name}.proto"
            with self.subTest(path):
                described = self.files(Request(file_by_filename=path))[path]
                expected = descriptor_pb2.FileDescriptorProto()
                importlib.import_module(f"trialgate.v1.{name}_pb2").DESCRIPTOR.CopyToProto(expected)
                for file in (described, expected):
                    for message in file.message_type:
                        for field in message.field:
                            field.ClearField("json_name")
                self.assertEqual(described, expected)

    def test_symbols_of_every_kind_are_found(self):
        for symbol, file in (
            ("trialgate.v1.EvaluateRequest", "eligibility"),
            ("trialgate.v1.EvaluateRequest.snapshot", "eligibility"),
            ("trialgate.v1.EvaluateStreamResponse.result", "eligibility"),
            ("trialgate.v1.Outcome", "verdict"),
            ("trialgate.v1.EligibilityService.Evaluate", "eligibility_service"),
        ):
            with self.subTest(symbol):
                files = self.files(Request(file_containing_symbol=symbol))
                self.assertIn(f"trialgate/v1/{file}.proto", files)

    def test_what_does_not_exist_is_not_found_and_the_stream_goes_on(self):
        answers = self.ask(
            Request(file_containing_symbol="trialgate.v1.Nothing"),
            Request(file_containing_symbol=""),
            Request(file_containing_symbol="trialgate.v1.EligibilityService.Nothing"),
            Request(file_by_filename="nothing.proto"),
            extension("trialgate.v1.EvaluateRequest", 1_000),
            extension("trialgate.v1.Nothing", 1),
            Request(all_extension_numbers_of_type="trialgate.v1.Nothing"),
            Request(file_by_filename="trialgate/v1/values.proto"),
        )
        for answer in answers[:-1]:
            with self.subTest(answer.original_request):
                self.assertNotFound(answer)
        self.assertEqual(len(answers[-1].file_descriptor_response.file_descriptor_proto), 1)

    def test_a_type_without_extensions_has_an_empty_list(self):
        name = "trialgate.v1.EvaluateRequest"
        (answer,) = self.ask(Request(all_extension_numbers_of_type=name))
        self.assertEqual(answer.WhichOneof("message_response"), "all_extension_numbers_response")
        self.assertEqual(answer.all_extension_numbers_response.base_type_name, name)
        self.assertEqual(list(answer.all_extension_numbers_response.extension_number), [])

    def test_many_questions_in_one_stream(self):
        question = Request(file_containing_symbol="trialgate.v1.EligibilityService")
        answers = self.ask(*[question] * 300)
        self.assertEqual(len({answer.SerializeToString() for answer in answers}), 1)
        self.assertEqual(answers[0].WhichOneof("message_response"), "file_descriptor_response")


class ReflectionV1(ReflectionOfVersion, ServerTestCase):
    version = "v1"


class ReflectionV1Alpha(ReflectionOfVersion, ServerTestCase):
    version = "v1alpha"

"""DescribeProtocol over gRPC."""

import hashlib
import json

import grpc

from harness import ServerTestCase, command, eligibility_pb2, example, json_format

INVALID = grpc.StatusCode.INVALID_ARGUMENT
NOT_FOUND = grpc.StatusCode.NOT_FOUND


def request(**fields):
    return eligibility_pb2.DescribeProtocolRequest(**fields)


def texts(message):
    """Every text of a message, wherever in it it stands."""
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for part in value if field.is_repeated else [value]:
            if field.message_type.full_name == "trialgate.v1.Text":
                yield part
            else:
                yield from texts(part)


class DescribeProtocol(ServerTestCase):
    def describe(self, **fields):
        return self.stub.DescribeProtocol(request(**fields), timeout=10)

    def refused(self, **fields):
        with self.assertRaises(grpc.RpcError) as caught:
            self.describe(**fields)
        return caught.exception

    def test_the_definition_has_the_digest_of_its_bytes(self):
        answer = self.describe()
        packed = answer.definition.SerializeToString(deterministic=True)
        self.assertEqual(hashlib.sha256(packed).hexdigest(), answer.protocol_digest)

    def test_it_is_the_version_that_a_verdict_names(self):
        verdict = self.stub.Evaluate(example("eligible"), timeout=10).verdict
        answer = self.describe(protocol_digest=verdict.protocol_digest)
        self.assertEqual(answer.protocol_digest, verdict.protocol_digest)
        self.assertEqual(answer.definition.version, verdict.protocol_version)
        ids = [c.id for c in answer.definition.criteria]
        self.assertEqual([r.id for r in verdict.results if r.id not in ids], [])
        for knob in answer.definition.knobs:
            (setting,) = [r.value for r in verdict.readings if r.knob == knob.id]
            if knob.settings:
                self.assertIn(setting, [s.value for s in knob.settings])

    def test_it_is_what_the_command_line_shows(self):
        for language in ([], ["--language", "en"]):
            shown = command("protocol", "show", "--format", "json", *language).stdout
            answer = self.describe(language=language[-1] if language else "")
            self.assertEqual(
                json.loads(shown), json_format.MessageToDict(answer.definition)
            )

    def test_a_version_is_found_in_every_way(self):
        whole = self.describe()
        trial, version = whole.definition.trial, whole.definition.version
        for fields in (
            {"trial": trial},
            {"trial": trial, "protocol_version": version},
            {"protocol_digest": whole.protocol_digest},
            {"protocol_digest": whole.protocol_digest, "trial": trial, "protocol_version": version},
            {"site": "changzheng", "index_date": "2025-03-15"},
            {"index_date": "2025-03-15"},
        ):
            with self.subTest(fields):
                self.assertEqual(self.describe(**fields), whole)

    def test_a_language_leaves_its_own_texts(self):
        whole = self.describe()
        for language in ("en", "zh", "ZH"):
            with self.subTest(language):
                answer = self.describe(language=language)
                kept = [t.text for t in texts(answer.definition)]
                own = [t.text for t in texts(whole.definition) if t.language == language.lower()]
                self.assertEqual(kept, own)
                self.assertGreater(len(own), 50)
                # The digest is that of the whole version.
                self.assertEqual(answer.protocol_digest, whole.protocol_digest)
                self.assertEqual(
                    [c.id for c in answer.definition.criteria],
                    [c.id for c in whole.definition.criteria],
                )
        self.assertEqual(list(texts(self.describe(language="fr").definition)), [])

    def test_what_does_not_exist_is_not_found(self):
        for field, value in (
            ("trial", "nct00000000"),
            ("protocol_version", "2000-01-01"),
            ("protocol_digest", "0" * 64),
            ("site", "nowhere"),
        ):
            with self.subTest(field):
                error = self.refused(**{field: value})
                self.assertEqual(error.code(), NOT_FOUND)
                self.assertTrue(error.details().startswith(f"{field}: "), error.details())
                self.assertNotIn(value, error.details())

    def test_what_does_not_belong_together_is_not_found(self):
        digest = self.describe().protocol_digest
        error = self.refused(protocol_digest=digest, protocol_version="2000-01-01")
        self.assertEqual(error.code(), NOT_FOUND)
        self.assertTrue(error.details().startswith("protocol_version: "), error.details())

    def test_wrong_form_is_named_all_at_once(self):
        error = self.refused(
            trial="x" * 257, protocol_digest="ABC", index_date="2025-02-30", language="en_GB"
        )
        self.assertEqual(error.code(), INVALID)
        for field in ("trial", "protocol_digest", "index_date", "language"):
            self.assertIn(f"{field}: ", error.details())
        for value in ("xxx", "ABC", "2025-02-30", "en_GB"):
            self.assertNotIn(value, error.details())

    def test_bytes_that_are_no_request_are_refused(self):
        call = self.channel.unary_unary("/trialgate.v1.EligibilityService/DescribeProtocol")
        for wrong in (b"\x0a\x05a", b"\x0a\x01\xff", b"\xff"):
            with self.assertRaises(grpc.RpcError) as caught:
                call(wrong, timeout=10)
            self.assertEqual(caught.exception.code(), INVALID)
        self.assertServes()

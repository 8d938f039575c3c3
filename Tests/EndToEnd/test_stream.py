"""EvaluateStream: many patients in one call, answered in order."""

import concurrent.futures
import time

import grpc

from harness import ServerTestCase, eligibility_pb2, example
from test_hostile import field
from test_interop import Requests

STREAM = "/trialgate.v1.EligibilityService/EvaluateStream"
NAMES = ("eligible", "ineligible", "undetermined")
INVALID_ARGUMENT, NOT_FOUND = 3, 5


def item(item_id, request):
    return eligibility_pb2.EvaluateStreamRequest(item_id=item_id, request=request)


class Stream(ServerTestCase):
    def tearDown(self):
        self.assertServes()

    def assertFinished(self, call):
        """The call ends with OK and without another answer."""
        self.assertEqual(list(call), [])
        self.assertEqual(call.code(), grpc.StatusCode.OK)

    def faulty(self, item_id):
        request = example("eligible")
        request.snapshot.observations[0].quantity.value = "1e5secret"
        return item(item_id, request)

    def test_answers_come_in_order_with_the_bytes_of_the_unary_call(self):
        requests = [example(NAMES[index % 3]) for index in range(60)]
        for index, request in enumerate(requests):
            request.request_ref = f"r{index}"
        expected = [self.raw(request.SerializeToString(), timeout=10) for request in requests]
        self.assertEqual(len(set(expected)), 60)
        items = [item(f"i{i}", r).SerializeToString() for i, r in enumerate(requests)]
        call = self.channel.stream_stream(STREAM)(iter(items), timeout=20)
        answers = list(call)
        self.assertEqual(
            answers,
            [field(1, f"i{i}".encode()) + field(2, answer) for i, answer in enumerate(expected)],
        )
        self.assertEqual(call.code(), grpc.StatusCode.OK)

    def test_an_answer_comes_before_the_next_request(self):
        requests = Requests()
        call = self.stub.EvaluateStream(iter(requests), timeout=20)
        for name in NAMES:
            requests.put(item(name, example(name)))
            answer = next(call)
            self.assertEqual(answer.item_id, name)
            self.assertEqual(answer.response, self.stub.Evaluate(example(name), timeout=10))
        requests.put(None)
        self.assertFinished(call)

    def test_an_item_at_fault_answers_at_its_place(self):
        unknown = example("eligible")
        unknown.trial = "nct00000000"
        items = [
            item("first", example("eligible")),
            self.faulty("form"),
            item("unknown", unknown),
            eligibility_pb2.EvaluateStreamRequest(item_id="empty"),
            item("last", example("ineligible")),
        ]
        call = self.stub.EvaluateStream(iter(items), timeout=20)
        answers = [next(call) for _ in items]
        self.assertFinished(call)
        self.assertEqual([a.item_id for a in answers], [i.item_id for i in items])
        self.assertEqual(
            [a.WhichOneof("result") for a in answers],
            ["response", "error", "error", "error", "response"],
        )
        _, form, absent, empty, _ = answers
        self.assertEqual(form.error.status_code, INVALID_ARGUMENT)
        self.assertEqual(form.error.reason, "VALIDATION_FAILED")
        (violation,) = form.error.field_violations
        self.assertTrue(
            violation.field.endswith("snapshot.observations[0].quantity.value"), violation.field
        )
        self.assertRegex(violation.reason, "^DECIMAL_")
        self.assertTrue(violation.description)
        self.assertNotIn(b"secret", form.SerializeToString())
        self.assertEqual(absent.error.status_code, NOT_FOUND)
        self.assertIn("trial", absent.error.message)
        self.assertNotIn(b"nct00000000", absent.SerializeToString())
        self.assertEqual(empty.error.status_code, INVALID_ARGUMENT)
        for answer in (form, absent, empty):
            self.assertRegex(answer.error.reason, "^[A-Z][A-Z0-9_]+$")
            self.assertTrue(answer.error.message)

    def test_the_error_of_an_item_is_that_of_the_unary_call(self):
        faulty = self.faulty("")
        (answer,) = self.stub.EvaluateStream(iter([faulty]), timeout=20)
        error = self.fails(faulty.request.SerializeToString())
        self.assertEqual(answer.error.status_code, error.code().value[0])
        self.assertEqual(answer.item_id, "")

    def test_an_item_that_is_no_message_does_not_end_the_stream(self):
        good = item("good", example("eligible")).SerializeToString()
        call = self.channel.stream_stream(STREAM)(iter([good, good[:-3], b"\xff", good]), timeout=20)
        answers = [eligibility_pb2.EvaluateStreamResponse.FromString(bytes) for bytes in call]
        self.assertEqual(
            [answer.WhichOneof("result") for answer in answers],
            ["response", "error", "error", "response"],
        )
        # The id is kept as far as the bytes give one.
        self.assertEqual([answer.item_id for answer in answers], ["good", "good", "", "good"])
        for answer in answers[1:3]:
            self.assertEqual(answer.error.status_code, 3)
            self.assertEqual(answer.error.reason, "MALFORMED_MESSAGE")

    def test_an_item_beyond_the_limit_ends_the_stream(self):
        long = item("x" * (5 << 20), example("eligible"))
        call = self.stub.EvaluateStream(iter([long]), timeout=20)
        self.assertFails(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: list(call))

    def test_an_empty_stream_ends_with_ok(self):
        self.assertFinished(self.stub.EvaluateStream(iter([]), timeout=20))

    def test_memory_stays_bounded_while_a_client_reads_slowly(self):
        """The answers are 37 MB; what is held for a client that takes none is far less."""
        count = 2_000
        request = example("eligible")
        request.include_texts = True
        cohorts = self.stub.Evaluate(example("eligible"), timeout=10).verdict.cohorts
        request.cohorts[:] = [cohort.cohort for cohort in cohorts]
        whole = self.raw(request.SerializeToString(), timeout=10)
        self.assertGreater(count * len(whole), 30 << 20)
        before = self.server.resident_bytes()
        self.server.forget_peak()
        taken = [0]

        def requests():
            for index in range(count):
                taken[0] = index + 1
                yield item(str(index), request).SerializeToString()

        call = self.channel.stream_stream(STREAM)(requests(), timeout=60)
        # Nothing is read until the server takes no more.
        last, since = 0, time.monotonic()
        while time.monotonic() - since < 0.5:
            if taken[0] != last:
                last, since = taken[0], time.monotonic()
            time.sleep(0.02)
        self.assertLess(taken[0], count)
        for index, answer in enumerate(call):
            self.assertEqual(answer, field(1, str(index).encode()) + field(2, whole))
        self.assertEqual(index, count - 1)
        self.assertEqual(call.code(), grpc.StatusCode.OK)
        self.assertLess(self.server.peak_bytes(), before + (16 << 20))

    def test_cancellation(self):
        for _ in range(100):
            requests = Requests(*[item("i", example("eligible"))] * 3)
            call = self.stub.EvaluateStream(iter(requests), timeout=20)
            next(call)
            call.cancel()
            self.assertEqual(call.code(), grpc.StatusCode.CANCELLED)
            requests.put(None)

    def test_streams_side_by_side(self):
        """Twenty streams and unary calls on one connection do not mix."""
        expected = {name: self.raw(example(name).SerializeToString(), timeout=10) for name in NAMES}

        def run(number):
            name = NAMES[number % 3]
            items = [item(f"{number}.{i}", example(name)).SerializeToString() for i in range(50)]
            answers = list(self.channel.stream_stream(STREAM)(iter(items), timeout=60))
            self.assertEqual(
                answers,
                [field(1, f"{number}.{i}".encode()) + field(2, expected[name]) for i in range(50)],
            )

        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            runs = [pool.submit(run, number) for number in range(20)]
            while not all(run.done() for run in runs):
                answer = self.raw(example("eligible").SerializeToString(), timeout=10)
                self.assertEqual(answer, expected["eligible"])
            for run in runs:
                run.result()

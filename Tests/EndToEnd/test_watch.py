"""WatchConfiguration: the state, then each change once and in order, whatever happens in between.

Environment: TRIALGATE_WATCH_CHANGES = changes while the watcher is killed (default 200).
"""

import json
import os
import queue
import random
import select
import signal
import subprocess
import tempfile
import threading
import time
import unittest

import grpc

from configuration import (
    TRIAL,
    Guarded,
    caller,
    configuration_pb2,
    details,
    requests_pb2 as r,
)
from harness import BINARY, polled

CHANGES = int(os.environ.get("TRIALGATE_WATCH_CHANGES", "200"))
# Ten changes for each kill.
KILLS = CHANGES // 10
PRINCIPALS = {"adm": "administrator,viewer", "vic": "viewer", "eve": "evaluator"}


class WatchTestCase(unittest.TestCase):
    options = ()

    def setUp(self):
        self.guarded = Guarded(PRINCIPALS, *self.options)
        self.stub = self.guarded.stub
        self.addCleanup(lambda: self.assertEqual(self.guarded.stop(), 0))

    def watch(self, token="", heartbeat=0, name="vic", timeout=None):
        call = self.stub.WatchConfiguration(
            r.WatchConfigurationRequest(resume_token=token, heartbeat_seconds=heartbeat),
            metadata=caller(name),
            timeout=timeout,
        )
        self.addCleanup(call.cancel)
        return call

    def change(self, enrolled, cohort="sle"):
        """Sets a cohort's count; the audit entry says so."""
        name = f"{TRIAL}/cohorts/{cohort}"
        held = self.stub.GetCohort(
            r.GetCohortRequest(name=name), metadata=caller("adm"), timeout=20
        )
        return self.stub.UpdateCohort(
            r.UpdateCohortRequest(
                cohort=configuration_pb2.Cohort(name=name, etag=held.etag, enrolled=enrolled),
                update_mask=["enrolled"],
                reason=f"count {enrolled}",
            ),
            metadata=caller("adm"),
            timeout=20,
        )

    def last_sequence(self):
        page = self.stub.ListAuditEntries(
            r.ListAuditEntriesRequest(page_size=1000), metadata=caller("vic"), timeout=20
        )
        return page.audit_entries[-1].sequence

    def state(self, call):
        """The resources of the state, and its end."""
        resources = []
        for message in call:
            if message.WhichOneof("event") == "state_end":
                return resources, message
            self.assertEqual((message.WhichOneof("event"), message.resume_token), ("resource", ""))
            resources.append(message.resource)
        raise AssertionError("the stream ended within the state")


class State(WatchTestCase):
    def test_the_state_comes_first_and_is_whole(self):
        resources, end = self.state(self.watch())
        kinds = [resource.WhichOneof("resource") for resource in resources]
        self.assertEqual(kinds.count("trial"), 1)
        self.assertEqual(kinds.count("protocol_version"), 1)
        self.assertEqual(kinds.count("cohort"), 6)
        sites = self.stub.ListSites(
            r.ListSitesRequest(parent=TRIAL), metadata=caller("vic"), timeout=20
        ).sites
        self.assertEqual([x.site for x in resources if x.HasField("site")], list(sites))
        (version,) = [x.protocol_version for x in resources if x.HasField("protocol_version")]
        self.assertFalse(version.HasField("definition"))
        self.assertEqual(end.state_end.sequence, self.last_sequence())

    def test_a_change_follows_with_what_it_changed(self):
        call = self.watch()
        _, end = self.state(call)
        cohort = self.change(7)
        message = next(call)
        entry = message.change.audit_entry
        self.assertEqual(entry.sequence, end.state_end.sequence + 1)
        self.assertEqual((entry.action, entry.reason), ("UpdateCohort", "count 7"))
        self.assertEqual([x.cohort for x in message.change.resources], [cohort])
        self.assertTrue(message.resume_token)

    def test_signs_of_life_carry_the_place(self):
        call = self.watch(heartbeat=1)
        _, end = self.state(call)
        begun = time.monotonic()
        for _ in range(2):
            message = next(call)
            self.assertEqual(message.WhichOneof("event"), "heartbeat")
            self.assertEqual(message.resume_token, end.resume_token)
        self.assertGreater(time.monotonic() - begun, 1.5)
        call.cancel()
        self.change(3)
        message = next(self.watch(message.resume_token))
        self.assertEqual(message.change.audit_entry.reason, "count 3")

    def test_a_resource_that_changed_again_is_told_as_it_is(self):
        call = self.watch()
        _, end = self.state(call)
        call.cancel()
        self.change(1)
        last = self.change(2)
        again = self.watch(end.resume_token)
        first, second = next(again).change, next(again).change
        self.assertEqual((first.audit_entry.reason, len(first.resources)), ("count 1", 0))
        self.assertEqual([x.cohort for x in second.resources], [last])


class Refusals(WatchTestCase):
    def refused(self, code, reason, token="", heartbeat=0, name="vic", field=None):
        with self.assertRaises(grpc.RpcError) as caught:
            next(self.watch(token, heartbeat, name, timeout=20))
        found, fields, _ = details(caught.exception)
        self.assertEqual((caught.exception.code(), found), (code, reason))
        if field:
            self.assertIn(field, fields)

    def test_tokens_that_are_none(self):
        _, end = self.state(self.watch())
        other = Guarded(PRINCIPALS)
        try:
            call = other.stub.WatchConfiguration(
                r.WatchConfigurationRequest(), metadata=caller("vic")
            )
            foreign = next(m for m in call if m.resume_token).resume_token
            call.cancel()
        finally:
            other.stop()
        code = grpc.StatusCode
        for token in ("x", "zz" * 40, end.resume_token[:10]):
            self.refused(
                code.INVALID_ARGUMENT, "VALIDATION_FAILED", token, field="resume_token"
            )
        flipped = ("0" if end.resume_token[-1] != "0" else "1")
        self.refused(
            code.FAILED_PRECONDITION, "RESUME_TOKEN_UNKNOWN", end.resume_token[:-1] + flipped
        )
        self.refused(code.FAILED_PRECONDITION, "RESUME_TOKEN_UNKNOWN", foreign)

    def test_heartbeats_and_callers(self):
        code = grpc.StatusCode
        for seconds in (-1, 121):
            self.refused(
                code.INVALID_ARGUMENT,
                "VALIDATION_FAILED",
                heartbeat=seconds,
                field="heartbeat_seconds",
            )
        self.refused(code.PERMISSION_DENIED, "ROLE_REQUIRED", name="eve")
        self.refused(code.UNAUTHENTICATED, "CREDENTIALS_REQUIRED", name=None)


class Writer(threading.Thread):
    """Makes so many changes, spread over the cohorts."""

    def __init__(self, test, changes):
        super().__init__()
        self.test, self.changes, self.error = test, changes, None

    def run(self):
        try:
            for index in range(self.changes):
                self.test.change(index, ("sle", "iim", "ssc")[index % 3])
        except grpc.RpcError as error:
            self.error = error


class Killed(WatchTestCase):
    def check(self, seen, first, writer):
        self.assertIsNone(writer.error)
        self.assertEqual([s for s, _ in seen], list(range(first, first + CHANGES)))
        self.assertEqual([why for _, why in seen], [f"count {i}" for i in range(CHANGES)])

    def test_calls_that_are_given_up_and_resumed(self):
        _, end = self.state(self.watch())
        token, first = end.resume_token, end.state_end.sequence + 1
        writer = Writer(self, CHANGES)
        writer.start()
        dice, seen, kills = random.Random(1), [], 0
        while len(seen) < CHANGES:
            call = self.watch(token, timeout=60)
            for message in call:
                token = message.resume_token
                if message.WhichOneof("event") == "change":
                    entry = message.change.audit_entry
                    seen.append((entry.sequence, entry.reason))
                if len(seen) == CHANGES or (kills < KILLS and dice.random() < 0.2):
                    break
            call.cancel()
            kills += 1
        writer.join()
        self.assertGreaterEqual(kills, KILLS)
        self.check(seen, first, writer)

    def test_a_command_that_is_killed_and_resumed(self):
        """`config watch` as a process that is killed with SIGKILL, and goes on behind the last line read."""
        _, end = self.state(self.watch())
        token, first = end.resume_token, end.state_end.sequence + 1
        secret = tempfile.NamedTemporaryFile("w")
        self.addCleanup(secret.close)
        secret.write("vic-secret")
        secret.flush()
        writer = Writer(self, CHANGES)
        writer.start()
        dice, seen, kills = random.Random(2), [], 0
        while len(seen) < CHANGES:
            process = subprocess.Popen(
                [BINARY, "config", "watch", "--server", self.guarded.server.address]
                + ["--token", secret.name, "--format", "json", "--resume", token],
                stdout=subprocess.PIPE,
                # Without a buffer of our own, in which lines would wait unseen.
                bufsize=0,
            )
            wanted = dice.randrange(1, 20) if kills < KILLS else CHANGES
            while select.select([process.stdout], [], [], 20)[0]:
                line = process.stdout.readline()
                # What was cut off in the middle of a line was not taken.
                if not line.endswith(b"}\n"):
                    break
                message = json.loads(line)
                token = message["resumeToken"]
                if "change" in message:
                    entry = message["change"]["auditEntry"]
                    seen.append((entry["sequence"], entry["reason"]))
                    wanted -= 1
                if wanted <= 0 or len(seen) == CHANGES:
                    break
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
            kills += 1
            self.assertIsNone(writer.error)
        writer.join()
        self.check(seen, first, writer)

    def test_many_watch_at_once_and_a_slow_one_misses_nothing(self):
        calls = [self.watch() for _ in range(20)]
        firsts = {self.state(call)[1].state_end.sequence + 1 for call in calls}
        (first,) = firsts
        writer = Writer(self, CHANGES)
        writer.start()
        writer.join()
        for call in calls:
            seen = []
            for message in call:
                entry = message.change.audit_entry
                seen.append((entry.sequence, entry.reason))
                if len(seen) == CHANGES:
                    break
            self.check(seen, first, writer)


class Ends(WatchTestCase):
    options = ("--drain", "5")

    def test_a_server_that_stops_sends_its_watchers_elsewhere(self):
        call = self.watch()
        self.state(call)
        answers = queue.SimpleQueue()

        def read():
            try:
                for _ in call:
                    pass
            except grpc.RpcError as error:
                answers.put(error.code())

        threading.Thread(target=read, daemon=True).start()
        begun = time.monotonic()
        self.guarded.server.terminate()
        self.assertEqual(answers.get(timeout=10), grpc.StatusCode.UNAVAILABLE)
        self.assertTrue(polled(lambda: self.guarded.server.process.poll() is not None, 10))
        self.assertLess(time.monotonic() - begun, 5)


if __name__ == "__main__":
    unittest.main()

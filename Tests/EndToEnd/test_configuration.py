"""The configuration service on the wire: an amendment from its draft to its verdicts, and how calls are refused."""

import os
import random
import threading
import time
import unittest
from collections import Counter

import grpc

from configuration import (
    BUILT_IN,
    TRIAL,
    Guarded,
    amended,
    caller,
    configuration_grpc,
    configuration_pb2,
    details,
    patient,
    request_id,
    requests_pb2 as r,
)
from harness import Server, eligibility_pb2, polled, verdict_pb2

AMENDMENT = f"{TRIAL}/versions/2025-03-01"
OPEN, PAUSED = (
    configuration_pb2.OPERATIONAL_STATE_OPEN,
    configuration_pb2.OPERATIONAL_STATE_PAUSED,
)


class ConfigurationTestCase(unittest.TestCase):
    """Each test has a server of its own, since it changes it."""

    principals = {
        "ann": "editor,approver,viewer",
        "bob": "approver,viewer",
        "eve": "evaluator",
        "adm": "administrator",
    }

    def setUp(self):
        self.guarded = Guarded(self.principals)
        self.stub = self.guarded.stub
        self.addCleanup(lambda: self.assertEqual(self.guarded.stop(), 0))

    def call(self, method, request, name):
        return getattr(self.stub, method)(request, metadata=caller(name), timeout=20)

    def refused(self, code, reason, method, request, name):
        with self.assertRaises(grpc.RpcError) as caught:
            self.call(method, request, name)
        found, fields, _ = details(caught.exception)
        self.assertEqual(
            (caught.exception.code(), found), (code, reason), caught.exception.details()
        )
        return fields

    def verdict(self, site):
        return self.guarded.eligibility.Evaluate(
            patient(site), metadata=caller("eve"), timeout=20
        )

    def create_site(self):
        self.call("CreateSite", r.CreateSiteRequest(parent=TRIAL, site_id="huashan", reason="r"), "adm")
        revision = configuration_pb2.SiteRevision(
            time_zone=configuration_pb2.TimeZone(initial_offset_seconds=28800),
            consent_version="2.0",
        )
        return self.call(
            "CreateSiteRevision",
            r.CreateSiteRevisionRequest(
                parent=f"{TRIAL}/sites/huashan", revision_id="1", site_revision=revision, reason="r"
            ),
            "adm",
        )

    def draft(self):
        version = configuration_pb2.ProtocolVersion(
            definition=amended(self.stub, "2025-03-01", "110", caller("ann")),
            base_version="2024-04-17",
        )
        return self.call(
            "CreateProtocolVersion",
            r.CreateProtocolVersionRequest(parent=TRIAL, version=version, reason="amendment 2"),
            "ann",
        )

    def cohort(self):
        return self.call("GetCohort", r.GetCohortRequest(name=f"{TRIAL}/cohorts/sle"), "ann")


class Amendment(ConfigurationTestCase):
    def test_from_the_draft_to_different_verdicts_at_two_sites(self):
        revision = self.create_site()
        draft = self.draft()
        self.assertEqual(draft.state, configuration_pb2.VERSION_STATE_DRAFT)
        self.assertEqual((draft.name, list(draft.authors), draft.protocol_digest), (AMENDMENT, ["ann"], ""))
        approval = r.ApproveProtocolVersionRequest(name=AMENDMENT, etag=draft.etag, reason="reviewed")
        self.refused(
            grpc.StatusCode.PERMISSION_DENIED, "SELF_APPROVAL", "ApproveProtocolVersion", approval, "ann"
        )
        approved = self.call("ApproveProtocolVersion", approval, "bob")
        self.assertEqual(approved.state, configuration_pb2.VERSION_STATE_APPROVED)
        self.assertEqual((approved.approver, len(approved.protocol_digest)), ("bob", 64))
        before = self.verdict("changzheng")
        self.assertEqual(before.verdict.outcome, verdict_pb2.OUTCOME_ELIGIBLE)
        activation = self.call(
            "CreateActivation",
            r.CreateActivationRequest(
                parent=TRIAL,
                activation=configuration_pb2.Activation(
                    version="2025-03-01", site="changzheng", effective_from="2025-03-10"
                ),
                reason="adopted",
            ),
            "bob",
        )
        here, there = self.verdict("changzheng"), self.verdict("huashan")
        self.assertEqual(here.verdict.outcome, verdict_pb2.OUTCOME_INELIGIBLE)
        self.assertEqual(
            (here.verdict.protocol_version, here.verdict.protocol_digest),
            ("2025-03-01", approved.protocol_digest),
        )
        (failed,) = [c for c in here.verdict.results if c.id == "C3.3"]
        self.assertEqual((failed.decisive, list(failed.reasons)), (True, ["HB_BELOW_MINIMUM"]))
        self.assertEqual(f"{TRIAL}/activations/{here.configuration.activation}", activation.name)
        self.assertEqual(there.verdict.outcome, verdict_pb2.OUTCOME_ELIGIBLE)
        self.assertEqual(
            (there.verdict.protocol_version, there.verdict.protocol_digest, there.verdict.site_digest),
            ("2024-04-17", before.verdict.protocol_digest, revision.site_digest),
        )
        self.assertEqual(there.configuration.activation, "built-in")
        # The day before, the amendment does not rule yet.
        request = patient("changzheng")
        request.index_date = "2025-03-09"
        early = self.guarded.eligibility.Evaluate(request, metadata=caller("eve"), timeout=20)
        self.assertEqual(early.verdict.protocol_version, "2024-04-17")
        # A pinned version is the same at both sites.
        request = patient("huashan")
        request.protocol_version = "2025-03-01"
        pinned = self.guarded.eligibility.Evaluate(request, metadata=caller("eve"), timeout=20)
        self.assertEqual(pinned.verdict.protocol_digest, approved.protocol_digest)
        self.assertEqual(pinned.configuration.activation, "")
        entries = list(
            entry
            for page in self.stub.ExportAuditEntries(
                r.ExportAuditEntriesRequest(), metadata=caller("bob"), timeout=20
            )
            for entry in page.audit_entries
        )
        self.assertEqual(
            [(e.sequence, e.principal, e.action, e.reason) for e in entries[1:]],
            [
                (2, "adm", "CreateSite", "r"),
                (3, "adm", "CreateSiteRevision", "r"),
                (4, "ann", "CreateProtocolVersion", "amendment 2"),
                (5, "bob", "ApproveProtocolVersion", "reviewed"),
                (6, "bob", "CreateActivation", "adopted"),
            ],
        )
        self.assertEqual(
            [e.previous_hash for e in entries], [""] + [e.hash for e in entries[:-1]]
        )

    def test_the_definition_has_the_digest_that_verdicts_name(self):
        version = self.call("GetProtocolVersion", r.GetProtocolVersionRequest(name=BUILT_IN), "ann")
        described = self.guarded.eligibility.DescribeProtocol(
            eligibility_pb2.DescribeProtocolRequest(
                protocol_digest=version.protocol_digest
            ),
            metadata=caller("ann"),
            timeout=20,
        )
        self.assertEqual(described.definition, version.definition)
        # A list has no definitions.
        page = self.call("ListProtocolVersions", r.ListProtocolVersionsRequest(parent=TRIAL), "ann")
        self.assertEqual([v.HasField("definition") for v in page.versions], [False])

    def test_a_validation_names_faults_and_findings(self):
        definition = amended(self.stub, "2025-03-01", "110", caller("ann"))
        good = self.call(
            "ValidateProtocolVersion", r.ValidateProtocolVersionRequest(definition=definition), "ann"
        )
        self.assertEqual((list(good.violations), len(good.protocol_digest)), ([], 64))
        definition.criteria[0].id = definition.criteria[1].id
        definition.cohorts[0].disease_set = "nothing"
        bad = self.call(
            "ValidateProtocolVersion", r.ValidateProtocolVersionRequest(definition=definition), "ann"
        )
        self.assertGreaterEqual(len(bad.violations), 2)
        self.assertIn("cohorts[0].disease_set", [v.field for v in bad.violations])


class Refusals(ConfigurationTestCase):
    def update(self, etag, state=PAUSED, **more):
        cohort = configuration_pb2.Cohort(name=f"{TRIAL}/cohorts/sle", etag=etag, state=state)
        return r.UpdateCohortRequest(cohort=cohort, update_mask=["state"], **({"reason": "r"} | more))

    def test_an_old_etag_is_aborted_and_of_two_editors_one_is(self):
        etag = self.cohort().etag
        codes = []

        def edit():
            try:
                self.call("UpdateCohort", self.update(etag), "ann")
                codes.append("OK")
            except grpc.RpcError as error:
                codes.append((error.code(), details(error)[0]))

        threads = [threading.Thread(target=edit) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertCountEqual(codes, ["OK", (grpc.StatusCode.ABORTED, "ETAG_MISMATCH")])

    def test_a_repetition_gets_the_first_answer(self):
        request = self.update(self.cohort().etag, request_id=request_id())
        first = self.call("UpdateCohort", request, "ann")
        self.assertEqual(self.call("UpdateCohort", request, "ann"), first)
        request.reason = "another reason"
        self.refused(
            grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_ID_REUSED", "UpdateCohort", request, "ann"
        )
        self.assertEqual(self.cohort(), first)

    def test_everything_wrong_is_told_at_once(self):
        request = r.UpdateCohortRequest(
            cohort=configuration_pb2.Cohort(name="cohorts/sle", state=9),
            update_mask=["state", "colour"],
            request_id="1",
        )
        fields = self.refused(
            grpc.StatusCode.INVALID_ARGUMENT, "VALIDATION_FAILED", "UpdateCohort", request, "ann"
        )
        self.assertEqual(
            fields,
            {
                "cohort.name": "NAME_MALFORMED",
                "cohort.etag": "REQUIRED",
                "cohort.state": "ENUM_UNKNOWN",
                "update_mask[1]": "FIELD_UNKNOWN",
                "request_id": "UUID_MALFORMED",
                "reason": "REQUIRED",
            },
        )

    def test_a_rehearsal_changes_nothing(self):
        before = self.cohort()
        rehearsed = self.call("UpdateCohort", self.update(before.etag, validate_only=True), "ann")
        self.assertEqual(rehearsed.state, PAUSED)
        self.assertEqual(self.cohort(), before)

    def test_where_a_cohort_stands_is_beside_the_verdict(self):
        before = self.verdict("changzheng")
        self.call("UpdateCohort", self.update(self.cohort().etag), "ann")
        after = self.verdict("changzheng")
        self.assertEqual(after.verdict, before.verdict)
        states = {c.cohort: c.state for c in after.configuration.cohorts}
        self.assertEqual((states["sle"], states["ssc"]), ("PAUSED", "OPEN"))
        self.assertNotEqual(after.configuration.revision, before.configuration.revision)

    def test_an_unknown_site_is_not_found(self):
        with self.assertRaises(grpc.RpcError) as caught:
            self.verdict("nowhere")
        self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)
        self.assertEqual(details(caught.exception)[0], "SITE_NOT_FOUND")

    def test_every_answer_is_of_exactly_one_version_while_they_change(self):
        """Activations and rollbacks of two versions, each with its own outcome, under evaluation."""
        draft = self.draft()
        approved = self.call(
            "ApproveProtocolVersion",
            r.ApproveProtocolVersionRequest(name=AMENDMENT, etag=draft.etag, reason="r"),
            "bob",
        )
        expected = {
            approved.protocol_digest: ("2025-03-01", verdict_pb2.OUTCOME_INELIGIBLE),
            self.verdict("changzheng").verdict.protocol_digest: (
                "2024-04-17",
                verdict_pb2.OUTCOME_ELIGIBLE,
            ),
        }
        versions = {"built-in": "2024-04-17"}
        torn, seen, stop = [], set(), threading.Event()

        def evaluate():
            while not stop.is_set():
                answer = self.verdict("changzheng")
                verdict = answer.verdict
                seen.add(verdict.protocol_digest)
                told = (verdict.protocol_version, verdict.outcome)
                if expected.get(verdict.protocol_digest) != told:
                    torn.append(told)
                chosen = answer.configuration.activation
                if versions.setdefault(chosen, verdict.protocol_version) != verdict.protocol_version:
                    torn.append(chosen)

        threads = [threading.Thread(target=evaluate) for _ in range(3)]
        for thread in threads:
            thread.start()
        replaces = "built-in"
        for round in range(20):
            version = ["2025-03-01", "2024-04-17"][round % 2]
            answer = self.call(
                "CreateActivation",
                r.CreateActivationRequest(
                    parent=TRIAL,
                    activation=configuration_pb2.Activation(version=version, replaces=replaces),
                    reason="r",
                ),
                "bob",
            )
            replaces = answer.name.rsplit("/", 1)[1]
            # What is done is seen by whoever asks afterwards.
            self.assertEqual(self.verdict("changzheng").configuration.activation, replaces)
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(torn, [])
        self.assertEqual(seen, set(expected))


class Writers(ConfigurationTestCase):
    """Eight writers on the trial's cohorts, each with a connection of its own, and readers of verdicts beside them.

    The time is 5 s; TRIALGATE_WRITERS_SECONDS = 60 for the long form.
    """

    def test_successes_are_revisions_and_every_conflict_is_aborted(self):
        seconds = float(os.environ.get("TRIALGATE_WRITERS_SECONDS", "5"))
        names = [f"{TRIAL}/cohorts/{c}" for c in ("sle", "pss", "ssc", "iim", "aav", "aps")]
        written, aborted, others = Counter(), Counter(), []
        end = time.monotonic() + seconds

        def write(number):
            chance = random.Random(number)
            with grpc.insecure_channel(
                self.guarded.server.address, options=[("grpc.use_local_subchannel_pool", 1)]
            ) as channel:
                stub = configuration_grpc.ConfigurationServiceStub(channel)
                while time.monotonic() < end:
                    name = chance.choice(names)
                    cohort = stub.GetCohort(
                        r.GetCohortRequest(name=name), metadata=caller("ann"), timeout=20
                    )
                    cohort.enrolled += 1
                    request = r.UpdateCohortRequest(
                        cohort=cohort, update_mask=["enrolled"], reason="enrolled one"
                    )
                    try:
                        stub.UpdateCohort(request, metadata=caller("ann"), timeout=20)
                        written[name] += 1
                    except grpc.RpcError as error:
                        if (error.code(), details(error)[0]) == (
                            grpc.StatusCode.ABORTED,
                            "ETAG_MISMATCH",
                        ):
                            aborted[name] += 1
                        else:
                            others.append(str(error))

        threads = [threading.Thread(target=write, args=[number]) for number in range(8)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            self.assertEqual(
                self.verdict("changzheng").verdict.outcome, verdict_pb2.OUTCOME_ELIGIBLE
            )
        for thread in threads:
            thread.join()
        self.assertEqual(others, [])
        for name in names:
            cohort = self.call("GetCohort", r.GetCohortRequest(name=name), "ann")
            # Each success is a revision, and each enrolled one more.
            revision = int(cohort.etag.strip('"').split("-")[0])
            self.assertEqual((revision - 1, cohort.enrolled), (written[name], written[name]))
        entries = self.call("ListAuditEntries", r.ListAuditEntriesRequest(page_size=1000), "ann")
        total = 0
        while True:
            total += len(entries.audit_entries)
            if not entries.next_page_token:
                break
            entries = self.call(
                "ListAuditEntries",
                r.ListAuditEntriesRequest(page_size=1000, page_token=entries.next_page_token),
                "ann",
            )
        # The first entry is that of the first start.
        self.assertEqual(total, sum(written.values()) + 1)
        self.assertGreater(sum(aborted.values()), 0)
        print(f"{sum(written.values())} written, {sum(aborted.values())} aborted ", end="")


class Local(unittest.TestCase):
    """A server on loopback without principals."""

    def setUp(self):
        self.server = Server()
        self.addCleanup(lambda: self.assertEqual(self.server.stop(), 0))
        self.channel = grpc.insecure_channel(self.server.address)
        self.addCleanup(self.channel.close)
        self.stub = configuration_grpc.ConfigurationServiceStub(self.channel)

    def test_one_principal_with_every_role_cannot_approve_its_own_draft(self):
        said = polled(lambda: "principal=local" in self.server.output())
        self.assertTrue(said, self.server.output())
        self.assertIn("roles=viewer,evaluator,editor,approver,administrator", self.server.output())
        version = configuration_pb2.ProtocolVersion(base_version="2024-04-17")
        draft = self.stub.CreateProtocolVersion(
            r.CreateProtocolVersionRequest(
                parent=TRIAL, version_id="v2", version=version, reason="r"
            ),
            timeout=20,
        )
        self.assertEqual(list(draft.authors), ["local"])
        with self.assertRaises(grpc.RpcError) as caught:
            self.stub.ApproveProtocolVersion(
                r.ApproveProtocolVersionRequest(name=draft.name, etag=draft.etag, reason="r"),
                timeout=20,
            )
        self.assertEqual(details(caught.exception)[0], "SELF_APPROVAL")

    def test_the_first_start_has_one_entry_by_the_release(self):
        page = self.stub.ListAuditEntries(r.ListAuditEntriesRequest(), timeout=20)
        (entry,) = page.audit_entries
        self.assertEqual((entry.sequence, entry.principal), (1, "system:release"))
        version = self.stub.GetProtocolVersion(
            r.GetProtocolVersionRequest(name=BUILT_IN), timeout=20
        )
        self.assertEqual((list(version.authors), version.approver), (["system:bundle"], "system:release"))
        (activation,) = self.stub.ListActivations(
            r.ListActivationsRequest(parent=TRIAL), timeout=20
        ).activations
        self.assertEqual(
            (activation.name, activation.version, activation.site, activation.effective_from),
            (f"{TRIAL}/activations/built-in", "2024-04-17", "", ""),
        )


if __name__ == "__main__":
    unittest.main()

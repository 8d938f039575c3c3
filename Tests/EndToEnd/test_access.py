"""Who may call what, cell by cell of the matrix, and metadata that pretends to be somebody else."""

import hashlib
import tempfile
import unittest

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from configuration import (
    ROLES,
    SERVICE,
    Guarded,
    caller,
    configuration_service_pb2,
    details,
    token_file,
)
from harness import BINARY, Server, ServerProcess, command, eligibility_pb2, example, free_port
from test_tls import Certificates

ELIGIBILITY = "trialgate.v1.EligibilityService"
READERS = {"viewer", "editor", "approver", "administrator"}
# As the requirement has it.
MATRIX = {
    f"{ELIGIBILITY}/Evaluate": {"evaluator"},
    f"{ELIGIBILITY}/EvaluateStream": {"evaluator"},
    f"{ELIGIBILITY}/DescribeProtocol": set(ROLES),
} | {
    f"{SERVICE}/{method}": roles
    for methods, roles in [
        (["CreateProtocolVersion", "UpdateProtocolVersion"], {"editor"}),
        (["ValidateProtocolVersion", "SimulateChange"], {"editor", "approver"}),
        (["UpdateCohort"], {"editor", "administrator"}),
        (
            ["ApproveProtocolVersion", "SupersedeProtocolVersion", "CreateActivation"],
            {"approver"},
        ),
        (
            ["CreateTrial", "UpdateTrial", "CreateSite", "UpdateSite", "CreateSiteRevision"],
            {"administrator"},
        ),
        (
            [
                "GetTrial", "ListTrials", "GetProtocolVersion", "ListProtocolVersions", "GetSite",
                "ListSites", "GetSiteRevision", "ListSiteRevisions", "GetActivation",
                "ListActivations", "GetCohort", "ListCohorts", "ListAuditEntries",
                "ExportAuditEntries", "WatchConfiguration", "CompareVersions",
            ],
            READERS,
        ),
    ]
    for method in methods
}
STREAMS = {
    f"{ELIGIBILITY}/EvaluateStream", f"{SERVICE}/ExportAuditEntries", f"{SERVICE}/SimulateChange"
}
# It has no end of its own: its first message says that it may be called.
ENDLESS = {f"{SERVICE}/WatchConfiguration"}


class Access(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guarded = Guarded({role: role for role in ROLES})
        cls.channel = cls.guarded.channel

    @classmethod
    def tearDownClass(cls):
        if cls.guarded.stop() != 0:
            raise AssertionError("the server did not stop with 0")

    def outcome(self, path, metadata, request=b""):
        """Status and reason of a call."""
        try:
            if path in ENDLESS:
                call = self.channel.unary_stream("/" + path)(request, metadata=metadata, timeout=20)
                next(call)
                call.cancel()
            elif path in STREAMS:
                list(self.channel.stream_stream("/" + path)(iter([request]), metadata=metadata, timeout=20))
            else:
                self.channel.unary_unary("/" + path)(request, metadata=metadata, timeout=20)
            return grpc.StatusCode.OK, None
        except grpc.RpcError as error:
            return error.code(), details(error)[0]

    def test_the_matrix_has_every_method_of_the_contract(self):
        methods = {
            f"{SERVICE}/{method.name}"
            for method in configuration_service_pb2.DESCRIPTOR.services_by_name[
                "ConfigurationService"
            ].methods
        }
        self.assertEqual(methods, {path for path in MATRIX if path.startswith(SERVICE)})

    def test_every_cell(self):
        denied = (grpc.StatusCode.PERMISSION_DENIED, "ROLE_REQUIRED")
        for path, allowed in MATRIX.items():
            for role in ROLES:
                with self.subTest(path=path, role=role):
                    outcome = self.outcome(path, caller(role))
                    if role in allowed:
                        self.assertNotIn(outcome[1], ("ROLE_REQUIRED", "CREDENTIALS_INVALID"))
                        self.assertNotIn(
                            outcome[0],
                            (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.UNIMPLEMENTED),
                        )
                    else:
                        self.assertEqual(outcome, denied)
            with self.subTest(path=path, role=None):
                self.assertEqual(
                    self.outcome(path, []),
                    (grpc.StatusCode.UNAUTHENTICATED, "CREDENTIALS_REQUIRED"),
                )

    def test_an_evaluator_gets_a_verdict(self):
        request = example("eligible").SerializeToString()
        self.assertEqual(
            self.outcome(f"{ELIGIBILITY}/Evaluate", caller("evaluator"), request)[0],
            grpc.StatusCode.OK,
        )

    def test_pretences_are_refused(self):
        hashed = hashlib.sha256(b"administrator-secret").hexdigest()
        bearer = ("authorization", "Bearer administrator-secret")
        for metadata in [
            [("authorization", f"Bearer {hashed}")],
            [("authorization", "administrator-secret")],
            [("authorization", "Basic administrator-secret")],
            [("authorization", "Bearer administrator-secreT")],
            [("authorization", "")],
            [("authorization", "Bearer local-secret")],
            [bearer, bearer],
            [("authorization", "Bearer x"), bearer],
        ]:
            with self.subTest(metadata=metadata):
                self.assertEqual(
                    self.outcome(f"{SERVICE}/ListTrials", metadata),
                    (grpc.StatusCode.UNAUTHENTICATED, "CREDENTIALS_INVALID"),
                )
        for metadata in [
            [("principal", "administrator")],
            [("x-principal", "administrator"), ("role", "administrator")],
            [("authorization-bin", b"Bearer administrator-secret")],
            [("x-forwarded-client-cert", "Subject=CN=administrator")],
        ]:
            with self.subTest(metadata=metadata):
                self.assertEqual(
                    self.outcome(f"{SERVICE}/ListTrials", metadata),
                    (grpc.StatusCode.UNAUTHENTICATED, "CREDENTIALS_REQUIRED"),
                )

    def test_health_is_open(self):
        stub = health_pb2_grpc.HealthStub(self.channel)
        for service in ("", SERVICE, ELIGIBILITY, "readiness"):
            answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=20)
            self.assertEqual(answer.status, health_pb2.HealthCheckResponse.SERVING)


class Elsewhere(unittest.TestCase):
    def test_without_principals_a_server_beyond_loopback_changes_nothing(self):
        address = f"0.0.0.0:{free_port()}"
        folder = tempfile.mkdtemp(prefix="trialgate-data-")
        server = ServerProcess(
            [BINARY, "serve", "--listen", address, "--data-dir", folder], address, folder
        )
        self.addCleanup(server.stop)
        channel = grpc.insecure_channel(address.replace("0.0.0.0", "127.0.0.1"))
        self.addCleanup(channel.close)
        answer = channel.unary_unary(f"/{ELIGIBILITY}/Evaluate")(
            example("eligible").SerializeToString(), timeout=20
        )
        self.assertTrue(eligibility_pb2.EvaluateResponse.FromString(answer).verdict.outcome)
        with self.assertRaises(grpc.RpcError) as caught:
            channel.unary_unary(f"/{SERVICE}/CreateTrial")(b"", timeout=20)
        self.assertEqual(details(caught.exception)[0], "ROLE_REQUIRED")

    def test_a_faulty_file_stops_the_start_and_is_not_quoted(self):
        with tempfile.TemporaryDirectory() as folder:
            path = token_file(folder, {"ann": "king", "b:b": "viewer"})
            result = command(
                "serve", "--listen", "127.0.0.1:0", "--data-dir", folder, "--token-file", path
            )
        self.assertEqual(result.returncode, 65)
        self.assertIn("line 2", result.stderr)
        self.assertIn("line 3", result.stderr)
        self.assertNotIn(hashlib.sha256(b"ann-secret").hexdigest(), result.stderr)


class Subjects(unittest.TestCase):
    """Principals by the certificates that they show."""

    def setUp(self):
        self.files = Certificates()
        self.addCleanup(self.files.remove)
        self.files.certify("other", "authority", "subjectAltName=DNS:other")
        self.principals = self.files.folder / "principals"
        self.principals.write_text("ann viewer CN=client\n", encoding="utf-8")
        self.tls = ["--cert", self.files.path("server.pem"), "--key", self.files.path("server.key")]
        self.tls += ["--client-ca", self.files.path("authority.pem")]

    def outcome(self, server, identity, method, metadata=()):
        credentials = grpc.ssl_channel_credentials(
            self.files.read("authority.pem"),
            self.files.read(f"{identity}.key"),
            self.files.read(f"{identity}.pem"),
        )
        with grpc.secure_channel(server.address, credentials) as channel:
            try:
                channel.unary_unary(f"/{SERVICE}/{method}")(b"", metadata=metadata, timeout=20)
                return grpc.StatusCode.OK, None
            except grpc.RpcError as error:
                return error.code(), details(error)[0]

    def test_a_subject_has_its_roles_and_another_has_none(self):
        server = Server(*self.tls, "--principals", str(self.principals))
        self.addCleanup(server.stop)
        self.assertEqual(self.outcome(server, "client", "ListTrials")[0], grpc.StatusCode.OK)
        self.assertEqual(
            self.outcome(server, "client", "CreateTrial"),
            (grpc.StatusCode.PERMISSION_DENIED, "ROLE_REQUIRED"),
        )
        refused = (grpc.StatusCode.UNAUTHENTICATED, "CREDENTIALS_INVALID")
        self.assertEqual(self.outcome(server, "other", "ListTrials"), refused)
        self.assertEqual(self.outcome(server, "client", "ListTrials", caller("ann")), refused)

    def test_subjects_need_an_authority(self):
        result = command(
            "serve", "--data-dir", str(self.files.folder), "--principals", str(self.principals)
        )
        self.assertEqual(result.returncode, 64)
        self.assertIn("--client-ca", result.stderr)


if __name__ == "__main__":
    unittest.main()

"""What tests of the configuration service have in common: principals, calls, and the built-in trial's amendment."""

import hashlib
import importlib
import pathlib
import tempfile
import uuid

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from harness import Server, example, service_pb2_grpc

configuration_pb2 = importlib.import_module("trialgate.v1.configuration_pb2")
requests_pb2 = importlib.import_module("trialgate.v1.configuration_requests_pb2")
configuration_service_pb2 = importlib.import_module("trialgate.v1.configuration_service_pb2")
configuration_grpc = importlib.import_module("trialgate.v1.configuration_service_pb2_grpc")

ROLES = ["viewer", "evaluator", "editor", "approver", "administrator"]
TRIAL = "trials/nct06373081"
BUILT_IN = f"{TRIAL}/versions/2024-04-17"
SERVICE = "trialgate.v1.ConfigurationService"


def token_file(folder, principals):
    """A file of tokens; the token of a principal is its name with `-secret` behind it."""
    lines = [
        f"{name} {roles} {hashlib.sha256(f'{name}-secret'.encode()).hexdigest()}"
        for name, roles in principals.items()
    ]
    path = pathlib.Path(folder) / "tokens"
    path.write_text("\n".join(["# who may call", *lines]) + "\n", encoding="utf-8")
    return str(path)


class Guarded:
    """A server that knows principals by their tokens."""

    def __init__(self, principals, *options):
        self.folder = tempfile.TemporaryDirectory(prefix="trialgate-principals-")
        self.tokens = token_file(self.folder.name, principals)
        self.server = Server("--token-file", self.tokens, *options)
        self.channel = grpc.insecure_channel(self.server.address)
        self.stub = configuration_grpc.ConfigurationServiceStub(self.channel)
        self.eligibility = service_pb2_grpc.EligibilityServiceStub(self.channel)

    def stop(self):
        self.channel.close()
        status = self.server.stop()
        self.folder.cleanup()
        return status


def caller(name):
    """The metadata of a principal; none for nobody."""
    return [("authorization", f"Bearer {name}-secret")] if name else []


def details(error):
    """Reason, fields with their reasons, and whether there is a time to wait, of an error."""
    reason, fields, retry = None, {}, False
    status = rpc_status.from_call(error)
    for detail in status.details if status else []:
        for kind in (
            error_details_pb2.ErrorInfo,
            error_details_pb2.BadRequest,
            error_details_pb2.RetryInfo,
        ):
            message = kind()
            if not detail.Unpack(message):
                continue
            if kind is error_details_pb2.ErrorInfo:
                reason = message.reason
            elif kind is error_details_pb2.BadRequest:
                fields = {v.field: v.reason for v in message.field_violations}
            else:
                retry = True
    return reason, fields, retry


def amended(stub, version, limit, metadata=()):
    """The built-in definition under another version, with another haemoglobin limit in g/L."""
    definition = stub.GetProtocolVersion(
        requests_pb2.GetProtocolVersionRequest(name=BUILT_IN), metadata=metadata, timeout=10
    ).definition
    definition.version = version
    (criterion,) = [c for c in definition.criteria if c.id == "C3.3"]
    criterion.result.value.value = limit
    return definition


def patient(site):
    """The eligible example, whose haemoglobin is 104 g/L, at a site."""
    request = example("eligible")
    request.site = site
    return request


def request_id():
    return str(uuid.uuid4())

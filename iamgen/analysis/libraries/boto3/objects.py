"""The SDK's atoms in the interpreter: their attributes, calls and responses."""

from __future__ import annotations

import re

from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine
from iamgen.analysis.libraries.boto3 import clients, resources, responses, sessions
from iamgen.analysis.usage import ApiCall
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Atom, External, Value
from iamgen.analysis.values.heap import Map, Seq
from iamgen.core.text import REGION, Text

_STUBS = re.compile(r"^(?:mypy_boto3|types_boto3|types_aiobotocore|types_aioboto3|mypy_boto3_builder)_(\w+)$")


_CONTEXT = frozenset({"__enter__", "__aenter__", "__exit__", "__aexit__"})


_SESSION_DATA = frozenset(
    {
        "profile_name", "available_profiles", "events", "full_config", "profile", "resource_factory",
        "session_var_map", "user_agent_extra", "user_agent_name", "user_agent_version",
    }
)  # fmt: skip


class Requests(Machine):
    """What the SDK's objects do."""

    def sdk_attr(self, f: Frame, atom: Atom, name: str, at: int) -> Value:
        """An attribute of an SDK object."""
        match atom:
            case sdk.Client() | sdk.Resource() | sdk.Session() if name in _CONTEXT:
                return (a.Model("holder", ((atom,),)),)
            case sdk.Client():
                return clients.client_attr(self, atom, name)
            case sdk.Resource():
                return resources.resource_attr(self, f, atom, name, at)
            case sdk.Collection():
                return resources.collection_attr(self, f, atom, name, at)
            case sdk.Session():
                if name == "region_name":
                    return (atom.region or Text((REGION,)),)
                if name == "_session":
                    return (atom,)
                if name in _SESSION_DATA:
                    return a.unknown("a part of the session")
                return (a.Model("session", (atom, name)),)
            case sdk.Paginator():
                return (a.Model("paginator", (atom, name)),)
            case sdk.Waiter():
                return (a.Model("waiter", (atom, name)),)
            case sdk.BatchWriter():
                return (a.Model("ignored"),)
            case sdk.Credentials():
                if name in ("access_key", "secret_key", "token", "get_frozen_credentials"):
                    return (atom,)
                if name == "__dict__":
                    keys = dict.fromkeys(("access_key", "secret_key", "token"), (atom,))
                    return self.new_dict(f, ("credentials", at), Map(keys, a.SOME_TEXT))
                return (a.Model("credentials", (atom, name)),)
            case sdk.Response():
                return (responses.field(atom, name),)
            case sdk.ClientMethod() if name == "__name__":  # botocore names its methods
                return a.text(atom.method)
            case sdk.ClientMethod() if name == "__self__":
                return (atom.client,)
            case sdk.ClientMethod() | sdk.ResourceMethod():
                return a.SOME_TEXT if name.startswith("__") else a.DATA
            case _:
                return a.unknown(f"the attribute `{name}` of an object that is not known", client=True)

    def set_session_credentials(self, session: Atom, value: Value) -> None:
        """`session._credentials = value`."""
        assert isinstance(session, sdk.Session)
        sessions.set_credentials(self, session.token, value)

    def set_default_session(self, value: Value) -> None:
        """`boto3.DEFAULT_SESSION = value`."""
        sessions.set_default_session(self, value)

    def meta_attr(self, f: Frame, atom: a.Model, name: str) -> Value:
        """`client.meta.x` and `resource.meta.x`."""
        if atom.name == "resource.meta":
            resource = atom.data[0]
            assert isinstance(resource, sdk.Resource)
            if name == "client":
                return (resource.client,)
            return a.unknown("a resource's metadata")
        return clients.meta_attr(self, atom, name)

    def call_sdk(self, f: Frame, atom: Atom, args: Arguments, at: int) -> Value:
        """Call a bound method of an SDK object."""
        match atom:
            case sdk.ClientMethod():
                return clients.call_client(self, f, atom, args, at)
            case sdk.ResourceMethod():
                return resources.call_resource(self, f, atom, args, at)
            case sdk.CollectionMethod():
                return resources.call_collection(self, f, atom, args, at)
            case _:
                return NOTHING

    def response_item(self, f: Frame, atom: sdk.Response, index: Value, at: int) -> Value:
        """`response[key]`."""
        keys = self.keys_of(index)
        if keys is None:
            return (responses.field(atom, "[]"),)
        steps = dict.fromkeys("[]" if key.startswith("\0") else key for key in keys)
        return tuple(responses.field(atom, step) for step in steps)

    def response_items(self, f: Frame, atom: sdk.Response, at: int) -> Value:
        """What iterating a response gives."""
        return (responses.field(atom, "[]"),)

    def response_text(self, response: Atom) -> Text:
        assert isinstance(response, sdk.Response)
        return responses.response_text(self, response)

    def iterate_collection(self, f: Frame, atom: sdk.Collection, at: int) -> Seq:
        """Iterate a resource collection."""
        return resources.iterate_collection(self, f, atom, at)

    def db_connect(
        self, f: Frame, client: sdk.Client, entries: dict[str, Value], at: int, operation: str = "GenerateDBAuthToken"
    ) -> None:
        """`generate_db_auth_token`: signed here and sent to a database, which asks for the right to connect."""
        from iamgen.analysis.libraries.boto3.requests import mapping

        self.emit(
            ApiCall(
                service=client.service,
                operation=operation,
                method="generate_db_auth_token",
                arguments=mapping(self, Map(entries)),
                location=self.where(f, at),
                path=self.path(),
                region=client.region,
                assumed_role=client.identity.role,
                presigned=True,
            )
        )

    def hinted(self, item: External) -> Value:
        """The SDK object that a type stub names: `mypy_boto3_s3.client.S3Client`."""
        head, _, rest = item.path.partition(".")
        name = rest.rpartition(".")[2] or rest
        if item.path in ("boto3.session.Session", "boto3.Session", "botocore.session.Session", "aioboto3.Session"):
            return (sdk.Session(),)
        found = _STUBS.match(head)
        if found is None:
            if head in ("mypy_boto3", "types_boto3", "types_aiobotocore", "types_aioboto3") and "." in rest:
                service, _, name = rest.partition(".")
                return self._stub(service, name.rpartition(".")[2])
            return NOTHING
        return self._stub(found.group(1), name)

    def _stub(self, stub: str, name: str) -> Value:
        service = stub.replace("_", "-")
        if not self.catalog.has_service(service):
            service = stub
            if not self.catalog.has_service(service):
                return NOTHING
        client = sdk.Client(service)
        if name.endswith("Client"):
            return (client,)
        if name.endswith("ServiceResource"):
            return (sdk.Resource(client, ""),)
        if name.endswith("Paginator"):
            for method in self.catalog.methods(service):
                if method.replace("_", "") == name.removesuffix("Paginator").lower():
                    return (sdk.Paginator(client, method),)
        model = self.catalog.resource_type(service, name)
        if model is not None:
            unknown = tuple((identifier, a.SOME_TEXT) for identifier in model.identifiers)
            return (sdk.Resource(client, name, unknown),)
        if name.endswith("TypeDef"):
            return a.unknown("a response or a request", kind="dict")
        return NOTHING


def session_model(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """A method of a session."""
    session, name = atom.data
    assert isinstance(session, sdk.Session)
    return sessions.session_call(m, f, session, str(name), args, at)


def paginator_model(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`paginator.paginate(...)`."""
    paginator, name = atom.data
    assert isinstance(paginator, sdk.Paginator)
    return clients.paginate(m, f, paginator, args, at) if name == "paginate" else a.DATA


def waiter_model(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`waiter.wait(...)`."""
    waiter, name = atom.data
    assert isinstance(waiter, sdk.Waiter)
    return clients.wait(m, f, waiter, args, at) if name == "wait" else a.DATA


def credentials_model(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """A method of a credentials object."""
    credentials, name = atom.data
    return (credentials,) if name == "get_frozen_credentials" else a.DATA

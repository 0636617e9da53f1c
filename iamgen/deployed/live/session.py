"""The clients of one profile and region, and calls whose errors are answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from iamgen.deployed.live.refusals import asking

_ATTEMPTS = 10  # of one call; adaptive mode waits longer each time, so a throttled account is read to its end
_TIMEOUT = 20  # seconds to connect or between two bytes
_SESSION_NAME = "iamgen"

# Services whose actions have another prefix than the SDK's name.
_PREFIXES = {"resourcegroupstaggingapi": "tag"}

SessionFactory = Callable[..., Any]  # boto3.Session's keywords -> something with its `client`


@dataclass(slots=True)
class Clients:
    """Makes each service's client once. boto3 is imported here, at the first call, and nowhere before."""

    profile: str | None = None
    region: str | None = None
    session_factory: SessionFactory | None = None
    endpoint_url: str | None = None
    assume_role: str | None = None
    _session: Any = field(default=None, init=False)
    _clients: dict[str, Any] = field(default_factory=dict, init=False)

    def ask(self, service: str, operation: str, **arguments: object) -> Mapping[str, Any]:
        """One call by the SDK's method name; raises `Refused` for an error that AWS answers."""
        client = self._client(service)
        with asking(_name(client, service, operation)):
            answer: Mapping[str, Any] = getattr(client, operation)(**arguments)
            return answer

    def pages(self, service: str, operation: str, key: str, **arguments: object) -> Iterator[Any]:
        """The items under `key` of all pages."""
        client = self._client(service)
        with asking(_name(client, service, operation)):
            for page in client.get_paginator(operation).paginate(**arguments):
                yield from page.get(key, ())

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            from botocore.config import Config

            config = Config(
                retries={"mode": "adaptive", "max_attempts": _ATTEMPTS},
                connect_timeout=_TIMEOUT,
                read_timeout=_TIMEOUT,
                user_agent_extra="iamgen",
            )
            with asking(service):
                if self._session is None:
                    self._session = self._start()
                self._clients[service] = self._session.client(service, config=config, endpoint_url=self.endpoint_url)
        return self._clients[service]

    def _start(self) -> Any:
        factory = self.session_factory
        if factory is None:
            import boto3

            factory = boto3.Session
        session = factory(profile_name=self.profile, region_name=self.region)
        if self.assume_role is None:
            return session
        with asking("sts:AssumeRole"):
            sts = session.client("sts", endpoint_url=self.endpoint_url)
            found = sts.assume_role(RoleArn=self.assume_role, RoleSessionName=_SESSION_NAME)["Credentials"]
        return factory(
            aws_access_key_id=found["AccessKeyId"],
            aws_secret_access_key=found["SecretAccessKey"],
            aws_session_token=found["SessionToken"],
            region_name=self.region or session.region_name,
        )


def _name(client: Any, service: str, operation: str) -> str:
    """The call by its action, as messages name it: `iam:GetRole`."""
    return f"{_PREFIXES.get(service, service)}:{client.meta.method_to_api_mapping[operation]}"

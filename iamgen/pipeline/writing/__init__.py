"""Least policies in the project's own files: what would change, tried out before anything is written.

`plan` is the use case; `groups` joins the units that have one role, `trial` reads the project as it would be.
"""

from iamgen.pipeline.writing.model import Change, Outcome, Plan, Verdict
from iamgen.pipeline.writing.plan import plan

__all__ = ["Change", "Outcome", "Plan", "Verdict", "plan"]

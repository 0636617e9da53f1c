"""The caps of the policy layer, each with the reason for its number."""

from __future__ import annotations

MAX_STATES = 10_000
"""States of one automaton search. Real pairs of patterns need fewer than 300; `*a` and twenty `?` need a million."""

MAX_WORK = 10_000_000
"""States times the characters of the longest pattern: a search over ARNs of 2,000 characters ends in a second."""

MAX_STEPS = 2_000_000
"""Steps of the automata for one question about sets: some seconds. Real questions need fewer than 100,000."""

MAX_COMPARISON_STEPS = 30_000_000
"""Steps of all questions of one comparison together: about half a minute. A role with AdministratorAccess,
PowerUserAccess and 20 statements against 50 needs takes 100,000; two of AWS's largest policies, with boundaries'
conditions, up to 20,000,000."""

MAX_SYMBOLS = 12
"""Symbols of one pattern whose readings are followed; a real pattern has fewer than eight."""

MAX_PATTERN = 4_096
"""Characters of one pattern. AWS's longest ARN is 2,048 characters; longer ones are refused when parsed."""

MAX_TEXT = 1_000_000
"""Characters of one policy document's text. AWS's largest document (an inline one) has 10,240."""

MAX_STATEMENTS = 5_000
"""Statements of one document: a size no real document reaches (10,240 characters hold about 200)."""

MAX_CONTEXTS = 4_096
"""Request contexts tried when two policies with conditions are compared: about six condition keys."""

MAX_TRIALS = 512
"""Contexts tried for one need that conditions leave open: about four condition keys."""

MANAGED_LIMIT = 6_144
"""Characters of a managed policy, white space not counted.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

INLINE_ROLE_LIMIT = 10_240
"""Characters of all inline policies of one role together, white space not counted (same page)."""

"""The caps of the mapping, each with the reason for its number."""

from __future__ import annotations

MAX_ALTERNATIVES = 64
"""Texts that one text with holes may come to. A call site rarely has more than a handful of alternatives for a
hole, so that their product stays below this. Past it the holes that multiply stay open."""

MAX_PATTERNS = 256
"""Patterns of one action of one call: as many as items of a list are looked at. A managed policy holds about 80
ARNs; more of them are split over several. Past it they widen to what they have in common."""

MAX_ITEMS = 256
"""Items of one list argument that are looked at. DeleteObjects takes 1,000 keys, the largest batch of the
SDK; generated tables of keys beyond this say no more than a wildcard does."""

MAX_STATEMENT = 8192
"""Characters of a PartiQL statement, which is DynamoDB's own limit.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html"""

"""The caps of the mapping, each with the reason for its number."""

from __future__ import annotations

MAX_ALTERNATIVES = 64
"""Patterns of one action of one call. A call site rarely names more than a handful of resources; the product
of a few alternatives per ARN part stays below this, and a policy of more lines is not read by anybody. Past it
the parts that vary widen to `*`."""

MAX_ITEMS = 256
"""Items of one list argument that are looked at. DeleteObjects takes 1,000 keys, the largest batch of the
SDK; generated tables of keys beyond this say no more than a wildcard does."""

MAX_DEPTH = 24
"""Nesting of an argument. DynamoDB's own limit for documents is 32; no parameter path goes deeper than 8."""

MAX_STATEMENT = 8192
"""Characters of a PartiQL statement, which is DynamoDB's own limit.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html"""

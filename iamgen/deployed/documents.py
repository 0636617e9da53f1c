"""Policy documents in the forms in which AWS's APIs and its command line give them."""

from __future__ import annotations

from urllib.parse import unquote

from iamgen.policy.model import Policy
from iamgen.policy.parse import PolicyError, parse_policy, read_json


def read_document(data: object, where: str) -> Policy:
    """The policy of a document as data, as JSON text or as URL-encoded JSON; raises `PolicyError`."""
    if isinstance(data, str):
        text = data.strip()
        # IAM's API sends documents URL-encoded (RFC 3986); the command line decodes them.
        data = read_json(unquote(text) if text.startswith(("%7B", "%7b")) else text, where)
    return parse_policy(data, where)


def try_document(data: object, where: str) -> Policy | str:
    """The policy, or in words why it cannot be read."""
    try:
        return read_document(data, where)
    except PolicyError as error:
        return f"the policy `{where}` cannot be read: {error.message}"

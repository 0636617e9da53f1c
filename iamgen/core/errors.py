"""Errors that a user can act on.

Bad *input* (a missing path, a malformed template, a denied API call) raises a subclass of
`IamgenError`; the command line prints it as one line and exits with 2. Bad *analysed code* never
raises: it becomes a gap in the report.
"""

from __future__ import annotations


class IamgenError(Exception):
    """A failure with a message for the user and, where there is one, the next step.

    Messages start lowercase, carry no final stop and put user input in backticks.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(IamgenError):
    """The user named something that does not exist or cannot be read (exit code 2)."""


class CredentialsError(IamgenError):
    """AWS refused the caller's own credentials: missing, expired or denied (exit code 2)."""

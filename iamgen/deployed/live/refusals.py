"""What AWS answers instead of an answer, in the user's words: bad credentials, denied, throttled, not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from iamgen.core.errors import CredentialsError, IamgenError, InputError

_PERMISSIONS = "the permissions that reading needs are in docs/permissions.md"


class Refusal(Enum):
    """The kinds of errors that AWS's services answer with."""

    CREDENTIALS = "credentials"
    DENIED = "denied"
    ABSENT = "absent"
    THROTTLED = "throttled"
    OTHER = "other"


# Source: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, the same page of Lambda, and
# botocore/data/_retry.json for the codes that mean throttling.
_CODES = {
    "AccessDenied": Refusal.DENIED,
    "AccessDeniedException": Refusal.DENIED,
    "AuthFailure": Refusal.CREDENTIALS,
    "ExpiredToken": Refusal.CREDENTIALS,
    "ExpiredTokenException": Refusal.CREDENTIALS,
    "IncompleteSignature": Refusal.CREDENTIALS,
    "InvalidAccessKeyId": Refusal.CREDENTIALS,
    "InvalidClientTokenId": Refusal.CREDENTIALS,
    "InvalidSignatureException": Refusal.CREDENTIALS,
    "MissingAuthenticationToken": Refusal.CREDENTIALS,
    "NoSuchEntity": Refusal.ABSENT,
    "NotAuthorized": Refusal.DENIED,
    "OptInRequired": Refusal.CREDENTIALS,
    "RequestLimitExceeded": Refusal.THROTTLED,
    "ResourceNotFoundException": Refusal.ABSENT,
    "SignatureDoesNotMatch": Refusal.CREDENTIALS,
    "Throttling": Refusal.THROTTLED,
    "ThrottlingException": Refusal.THROTTLED,
    "TooManyRequestsException": Refusal.THROTTLED,
    "UnauthorizedOperation": Refusal.DENIED,
    "UnrecognizedClientException": Refusal.CREDENTIALS,
}

_AGAIN = "sign in again, e.g. `aws sso login`"
# Errors of signing in, by the beginnings of their names: which there are depends on botocore's version.
_SIGN_IN = ("CredentialRetrieval", "Login", "SSO", "TokenRetrieval", "UnauthorizedSSO")
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException"})


class Refused(Exception):  # noqa: N818  # it is an answer, not a failure, until somebody needs what was asked for
    """An error that AWS answered a call (`iam:GetRole`) with."""

    def __init__(self, kind: Refusal, call: str, code: str, message: str) -> None:
        super().__init__(call, code, message)
        self.kind = kind
        self.call = call
        self.code = code
        self.message = message

    def __str__(self) -> str:
        match self.kind:
            case Refusal.DENIED:
                return f"`{self.call}` was denied"
            case Refusal.THROTTLED:
                return f"`{self.call}` was throttled"
            case _:
                return f"`{self.call}` failed: {self.code}: {self.message}"


@contextmanager
def asking(call: str) -> Iterator[None]:
    """Turns botocore's errors into ours: bad credentials and no way to AWS end the run, answers are `Refused`."""
    from botocore import exceptions as sdk

    try:
        yield
    except sdk.ClientError as error:
        answer = error.response.get("Error", {})
        code, message = str(answer.get("Code", "")), str(answer.get("Message", ""))
        kind = _CODES.get(code, Refusal.OTHER)
        if kind is Refusal.CREDENTIALS:
            raise _credentials(code, call) from error
        raise Refused(kind, call, code, message) from error
    except (sdk.NoCredentialsError, sdk.PartialCredentialsError) as error:
        raise CredentialsError(
            "no AWS credentials were found", "give `--profile`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID"
        ) from error
    except sdk.ProfileNotFound as error:
        name = error.kwargs.get("profile", "")
        raise InputError(f"no AWS profile `{name}`", "see `aws configure list-profiles`") from error
    except (sdk.NoRegionError, sdk.InvalidRegionError) as error:
        raise InputError("no AWS region is set, or it is no region", "give `--region`, or set AWS_REGION") from error
    except (sdk.ConnectionError, sdk.HTTPClientError) as error:
        hint = "check the network, the region and the proxy"
        raise IamgenError(f"cannot reach AWS for `{call}`: {_line(error)}", hint) from error
    except sdk.ParamValidationError as error:
        raise InputError(f"AWS takes no such name: {_line(error)}") from error
    except sdk.BotoCoreError as error:
        if type(error).__name__.startswith(_SIGN_IN):
            raise CredentialsError(f"the AWS credentials cannot be had: {_line(error)}", _AGAIN) from error
        raise IamgenError(f"`{call}` failed: {_line(error)}") from error


def _credentials(code: str, call: str) -> CredentialsError:
    if code in _EXPIRED:
        return CredentialsError("the AWS credentials have expired", _AGAIN)
    return CredentialsError(f"AWS refused the credentials for `{call}`: {code}", "check `--profile` and the keys")


def denied(refused: Refused) -> CredentialsError:
    """A call without which nothing can be read was denied."""
    return CredentialsError(f"AWS denied `{refused.call}` to these credentials", f"allow it: {_PERMISSIONS}")


def _line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else text[:197] + "..."

"""Bedrock: foundation models, inference profiles and all else that a model id may name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iamgen.catalog.model import Permission
from iamgen.core.text import Text
from iamgen.mapping.arns import Form, form_of, segments
from iamgen.mapping.named import arn_text
from iamgen.mapping.patterns import Glob, Pattern, Wild, unique
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import ActionShape, Need

PROMPT_URL = "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-prereq.html"
PROFILE_URL = "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html"

# `us.anthropic.claude-...`: a geography before the provider makes the id of an inference profile.
_PROFILE = re.compile(r"(?:us-gov|us|eu|apac|au|ca|jp|sa|me|af|in|kr|global)\.(?=[a-z0-9-]+\.)")
_GENERATE = "retrieveAndGenerateConfiguration"
_RERANK = "vectorSearchConfiguration.rerankingConfiguration.bedrockRerankingConfiguration.modelConfiguration.modelArn"
_MODEL_PATHS = (
    "modelId", "modelIdentifier", "foundationModel", f"{_GENERATE}.knowledgeBaseConfiguration.modelArn",
    f"{_GENERATE}.externalSourcesConfiguration.modelArn",
    "rerankingConfiguration.bedrockRerankingConfiguration.modelConfiguration.modelArn",
    f"retrievalConfiguration.{_RERANK}", f"{_GENERATE}.knowledgeBaseConfiguration.retrievalConfiguration.{_RERANK}",
)  # fmt: skip

# What an id of which nothing is known may name; source: the resource types of bedrock:InvokeModel.
_ANY = ("application-inference-profile", "custom-model-deployment", "imported-model", "inference-profile",
        "prompt-router", "provisioned-model")  # fmt: skip


def model(request: Request, permission: Permission) -> tuple[Pattern, ...] | None:
    """The model that a request names by id or ARN; a profile needs its models in every region it routes to."""
    del permission
    texts = tuple(text for path in _MODEL_PATHS for text in request.texts(path))
    return tuple(pattern for text in texts for pattern in _model(request, text)) or None


def invocation_job(request: Request, permission: Permission) -> tuple[Pattern, ...] | None:
    """A job over many prompts is checked as a new job and on its model."""
    models = model(request, permission)
    return None if models is None else (request.arn("bedrock", "model-invocation-job/", OPEN), *models)


def _model(request: Request, text: Text) -> tuple[Pattern, ...]:
    form = form_of(text)
    if _is_prompt(text):
        return _unknown(request, "the model is that of the prompt")
    if form is Form.ARN:
        return (request.render(Glob.of(arn_text(text))), *_routed(request, text))
    if form in (Form.OPEN, Form.OPEN_ARN):
        return _unknown(request, "the model is not known")
    head = text.parts[0] if text.parts and isinstance(text.parts[0], str) else ""
    if match := _PROFILE.match(head):
        rest = Text.of(head[match.end() :], *text.parts[1:])
        return (request.arn("bedrock", "inference-profile/", text), _everywhere(request, rest))
    return (request.arn("bedrock", "foundation-model/", text, account=False),)


def _unknown(request: Request, note: str) -> tuple[Pattern, ...]:
    return (
        request.arn("bedrock", "foundation-model/", OPEN, region=True, account=False, note=note),
        *(request.arn("bedrock", f"{kind}/", OPEN, note=note) for kind in _ANY),
    )


def prompts(request: Request) -> Iterator[Need]:
    """A prompt of Prompt management in the place of a model is rendered, which is an action of its own."""
    texts = request.texts("modelId") if request.call.service == "bedrock-runtime" else ()
    patterns = unique(request.render(Glob.of(arn_text(text))) for text in texts if _is_prompt(text))
    if patterns:
        yield Permission("bedrock:RenderPrompt", reason="the model id names a prompt", url=PROMPT_URL), patterns


def _is_prompt(text: Text) -> bool:
    found = segments(text) if form_of(text) is Form.ARN else None
    head = found[5].parts[0] if found is not None and found[5].parts else ""
    return isinstance(head, str) and head.startswith("prompt/")


def _routed(request: Request, text: Text) -> tuple[Pattern, ...]:
    """The foundation model behind an inference profile's ARN, where the ARN tells it."""
    found = segments(text)
    head = found[5].parts[0] if found is not None and found[5].parts else ""
    if found is None or not isinstance(head, str):
        return ()
    if head.startswith("application-inference-profile/"):
        return (_everywhere(request, OPEN),)
    rest = head.removeprefix("inference-profile/")
    if rest == head or (match := _PROFILE.match(rest)) is None:
        return ()
    return (_everywhere(request, Text.of(rest[match.end() :], *found[5].parts[1:])),)


def _everywhere(request: Request, model_id: Text) -> Pattern:
    """A foundation model in any region: a profile routes to several, a global one to an ARN without region."""
    note = f"an inference profile sends requests to its model in several regions: {PROFILE_URL}"
    glob = Glob.of("arn:", request.place.partition, ":bedrock:", Wild("*"), "::foundation-model/", model_id)
    return request.render(glob, note)


ACTIONS: dict[str, ActionShape] = {
    "bedrock:CountTokens": model,
    "bedrock:CreateModelInvocationJob": invocation_job,
    "bedrock:InvokeModel": model,
    "bedrock:InvokeModelWithResponseStream": model,
}

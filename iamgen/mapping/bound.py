"""What a binding's own parameters hold, for shapes that read a resource type in their own way."""

from __future__ import annotations

from iamgen.catalog.model import ArnBinding
from iamgen.core.text import Text
from iamgen.mapping.request import Request
from iamgen.mapping.sources import paths


def given(request: Request, binding: ArnBinding, *defaults: str) -> tuple[Text, ...]:
    """The texts that name the resource: where a row of the catalog says, else of the first default that is given.

    For types whose ARN one parameter determines.
    """
    sources = (*binding.whole, *(source for _, source in binding.variables))
    if binding.curated and sources:
        return _of(request, sources)
    return request.texts(*defaults) or _of(request, sources)


def variable(request: Request, binding: ArnBinding, name: str, *defaults: str) -> tuple[Text, ...]:
    """The texts of one variable of the type's ARN, likewise."""
    sources = tuple(source for variable, source in binding.variables if variable == name)
    own = _of(request, sources) if binding.curated else ()
    return own or request.texts(*defaults) or _of(request, sources)


def _of(request: Request, sources: tuple[str, ...]) -> tuple[Text, ...]:
    all_paths = dict.fromkeys(path for source in sources for path in sorted(paths(source)))
    found = (text for path in all_paths for text in request.texts_at(path))
    return tuple(dict.fromkeys(found))

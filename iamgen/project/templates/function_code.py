"""Where a function resource's code lies: a path, inline text, a CDK asset, an image's build context, layers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from iamgen.core.text import Hole, Text
from iamgen.project.code.dockerfiles import Image, image_files, read_image
from iamgen.project.code.handlers import guess_handler, nearest_named
from iamgen.project.code.inline import inline_python
from iamgen.project.code.roots import CodeRoot, code_root, inside, layer_folders
from iamgen.project.model import EMPTY, Problem
from iamgen.project.request import relative
from iamgen.project.templates.intrinsics import Resolver
from iamgen.project.templates.nodes import mapping
from iamgen.project.templates.scope import Scope
from iamgen.project.templates.values import ABSENT, Value, all_texts, field, given, options, texts

_LAYERS: Final = ("AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion")
_LAYER_OUTPUT: Final = "QualifiedArn"  # the Serverless Framework gives each layer an output of this name
_UNREADABLE: Final = "unreadable-code"


@dataclass(frozen=True, slots=True)
class FunctionCode:
    """Finds the code of one function; `properties` are as written, globals merged in."""

    scope: Scope
    properties: Mapping[str, Any]
    metadata: Mapping[str, Any]
    root: Path
    sam: bool

    @property
    def base(self) -> Path:
        """The folder that paths in the template start from."""
        return self.scope.document.path.parent

    def _value(self, key: str) -> Value:
        return Resolver(self.scope).concrete.value(self.properties.get(key, ABSENT))

    def hints(self, logical_id: str) -> tuple[str, ...]:
        """Names under which a function's code may be kept: its own, and those in its archive's path."""
        code = self._value("CodeUri" if self.sam else "Code")
        paths = [code, *(field(code, key) for key in ("Key", "S3Key")), self._value("FunctionName")]
        cdk = self.metadata.get("aws:cdk:path")
        written = [part for value in paths for text in texts(value) for part in text.parts if isinstance(part, str)]
        written += [logical_id, *([cdk.removesuffix("/Resource")] if isinstance(cdk, str) else [])]
        return tuple(name for text in written for name in text.split("/") if name)

    def archive(self, handler: str) -> CodeRoot:
        """The code of a zip function: inline, an asset, or a path."""
        value = self._value("CodeUri" if self.sam else "Code")
        if given(field(value, "Files")):
            return self._files()
        inline = self._value("InlineCode") if self.sam else field(value, "ZipFile")
        if given(inline):
            return self._inline(handler)
        asset = self.asset(value)
        if asset is not None:
            return staged(asset, self.base, self.root)
        written = literal(value)
        if written is None:
            if given(field(value, "Bucket")) or given(field(value, "S3Bucket")):
                return CodeRoot(
                    "", kind=_UNREADABLE, problem="the code lies in a bucket, not in the project", movable=True
                )
            if self.sam and not given(value):  # `sam build` takes the template's folder
                return code_root(".", self.base, self.root)
            why = "the code path depends on the deployment" if given(value) else "no code is declared"
            return CodeRoot("", kind=_UNREADABLE, problem=why, movable=True)
        part = self.metadata.get("serverless:module")
        if isinstance(part, str):
            inner = code_root(str(Path(written) / part), self.base, self.root)
            # Packaged by module, the module's folder is the code's root; some name it in the handler nevertheless.
            if inner.folder is not None and not handler.replace("/", ".").startswith(part.replace("/", ".") + "."):
                return inner
        return code_root(written, self.base, self.root)

    def _inline(self, handler: str) -> CodeRoot:
        """The code that stands in the template itself."""
        node = self.properties.get("InlineCode" if self.sam else "Code", ABSENT)
        source, environment = None, EMPTY
        for resolver in (Resolver(self.scope), Resolver(self.scope).concrete):
            value = resolver.value(node)
            found = next(iter(texts(value if self.sam else field(value, "ZipFile"))), Text())
            # A text that is one reference is no code that could be read.
            if source is None and any(isinstance(part, str) for part in found.parts):
                source, environment = inline_python(found)
        if source is None:
            return CodeRoot("", kind=_UNREADABLE, problem="the inline code depends on the deployment")
        module = handler.rpartition(".")[0] or "index"
        files = MappingProxyType({f"{module}.py": source})
        return CodeRoot(self.scope.document.shown, inline=files, environment=environment)

    def _files(self) -> CodeRoot:
        """The files that a declaration packs one by one; what a deployment tells in them is of the environment."""
        files: dict[str, str] = {}
        environment: dict[str, tuple[Text, ...]] = {}
        packed = field(Resolver(self.scope).value(self.properties.get("Code", ABSENT)), "Files")
        for option in options(packed):
            for name, content in option.items() if isinstance(option, Mapping) else ():
                text = next(iter(texts(content)), Text())
                source, told = inline_python(text) if any(isinstance(one, str) for one in text.parts) else (None, EMPTY)
                if source is not None:
                    files[name] = source
                    environment.update(told)
        if not files:
            return CodeRoot("", kind=_UNREADABLE, problem="the packed files depend on the deployment", movable=True)
        return CodeRoot(self.scope.document.shown, inline=MappingProxyType(files), environment=environment)

    def asset(self, code: Value) -> str | None:
        """The staged folder that CDK names in the resource's metadata, or whose hash is the object's key."""
        asset = self.metadata.get("aws:asset:path")
        if isinstance(asset, str):
            return asset
        key = literal(field(code, "S3Key"))
        return self.scope.assets.get(key.rpartition("/")[2].partition(".")[0]) if key is not None else None

    def image(self, logical_id: str) -> tuple[CodeRoot, Image | None]:
        """The build context of an image function with a local Dockerfile; one that is built elsewhere is guessed."""
        root, image = self._image()
        if root.folder is not None or not root.movable:
            return root, image
        for folder in dict.fromkeys((self.base, self.root)):
            path, _ = inside(folder / "Dockerfile", self.root)
            image = read_image(path) if path is not None else None
            if path is not None and image is not None and image.command:
                shown = relative(path, self.root)
                note = f"{root.problem}; `{shown}` is read in its place"
                return CodeRoot(relative(path.parent, self.root), path.parent, note=note), image
        handled = [
            path
            for path in image_files(self.root)
            if (image := read_image(path)) is not None
            and image.handler is not None
            and guess_handler(image.handler, (path.parent,), self.root).entry is not None
        ]
        uri = field(self._value("Code"), "ImageUri")
        named = [part for text in texts(uri) for one in text.parts for part in _words(one)]
        handled = nearest_named(handled, self.root, (*self.hints(logical_id), *named))
        if len(handled) != 1:
            return root, None
        (only,) = handled
        note = f"{root.problem}; `{relative(only, self.root)}` is read in its place"
        return CodeRoot(relative(only.parent, self.root), only.parent, note=note), read_image(only)

    def _image(self) -> tuple[CodeRoot, Image | None]:
        context, dockerfile = self.metadata.get("DockerContext"), self.metadata.get("Dockerfile")
        asset = self.metadata.get("aws:asset:path")
        uri = next(iter(texts(field(self._value("Code"), "ImageUri"))), None)
        last = uri.parts[-1] if uri is not None and uri.parts else ""
        built = self.scope.images.get(last.rpartition(":")[2]) if isinstance(last, str) else None
        if isinstance(asset, str):
            root = staged(asset, self.base, self.root)
            dockerfile = self.metadata.get("aws:asset:dockerfile-path", dockerfile)
        elif built is not None:
            root = staged(built[0], self.base, self.root)
            dockerfile = built[1]
        elif isinstance(context, str):
            root = code_root(context, self.base, self.root)
        else:
            why = "the code lies in an image that is not built here"
            return CodeRoot("", kind=_UNREADABLE, problem=why, movable=True), None
        if root.folder is None:
            return root, None
        path, _ = inside(root.folder / (dockerfile if isinstance(dockerfile, str) else "Dockerfile"), self.root)
        return root, read_image(path) if path is not None else None

    def copied(self, root: CodeRoot, image: Image | None) -> tuple[Path, ...]:
        """The folders of a build context whose content the image's imports start from."""
        folders = image.folders if image is not None and root.folder is not None else ()
        found = (inside(root.folder / one, self.root)[0] for one in folders if root.folder is not None)
        return tuple(one for one in found if one is not None and one.is_dir() and one != root.folder)

    def layers(self, by_name: Mapping[str, tuple[Scope, str]]) -> Iterator[tuple[tuple[Path, ...], Problem | None]]:
        """What the function's local layers put on the import path; layers that live elsewhere are left out."""
        for text in all_texts(Resolver(self.scope).value(self.properties.get("Layers", ABSENT))):
            if len(text.parts) != 1 or not isinstance(text.parts[0], Hole):
                continue
            declared = by_name.get(_layer_name(text.parts[0].name, by_name))
            if declared is None or declared[0].type_of(declared[1]) not in _LAYERS:
                continue
            scope, logical_id = declared
            found = self._layer(scope, logical_id)
            if found is not None:
                root, built = found
                problem = None
                if root.problem:
                    message = f"layer `{logical_id}`: {root.problem}"
                    problem = Problem(root.kind, message, scope.location(logical_id))
                yield layer_folders(root, built=built), problem

    def _layer(self, scope: Scope, logical_id: str) -> tuple[CodeRoot, bool] | None:
        properties = scope.properties(logical_id)
        metadata = mapping((scope.resource(logical_id) or {}).get("Metadata"))
        content = Resolver(scope).concrete.value(properties.get("ContentUri", properties.get("Content", ABSENT)))
        base = scope.document.path.parent
        asset = FunctionCode(scope, properties, metadata, self.root, sam=False).asset(content)
        built = isinstance(metadata.get("BuildMethod"), str)
        if asset is not None:
            return staged(asset, base, self.root), built
        written = literal(content)
        return (code_root(written, base, self.root), built) if written is not None else None


def _words(part: str | Hole) -> list[str]:
    """The words of an image's name that a folder may be named like."""
    return re.split(r"[/:@.]", part.name if isinstance(part, Hole) else part)


def _layer_name(symbol: str, by_name: Mapping[str, tuple[Scope, str]]) -> str:
    """The resource of a layer's reference, or of `cf.shared-dev.LibLambdaLayerQualifiedArn`, a service's own output."""
    if symbol in by_name:  # `aws_lambda_layer_version.common.arn`
        return symbol
    output = symbol.rpartition(".")[2]
    if symbol.startswith("cf.") and output.endswith(_LAYER_OUTPUT):
        wanted = output.removesuffix(_LAYER_OUTPUT)
        return next((name for name, (_, logical_id) in by_name.items() if logical_id == wanted), "")
    return symbol.split(".", maxsplit=1)[0]


def staged(asset: str, base: Path, root: Path) -> CodeRoot:
    """The folder that CDK staged: relative to the template, or to the assembly that it was made in."""
    name = asset.replace("\\", "/").rstrip("/").rpartition("/")[2]
    for folder in (base, *base.parents):
        for candidate in (asset, name):
            found = code_root(candidate, folder, root)
            if not found.problem:
                return found
        # A stage's assembly lies inside the application's, which holds the assets of both.
        if folder == root or root not in folder.parents or folder.name == "cdk.out":
            break
    return CodeRoot(name, kind=_UNREADABLE, problem=f"the asset `{name}` is not in the assembly", movable=True)


def literal(value: Value) -> str | None:
    """The first alternative that is a known text."""
    return next((text.literal for text in texts(value) if text.literal is not None), None)

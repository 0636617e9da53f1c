"""What a container's command runs: Python modules, scripts and texts, and other programs beside them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

_SHELLS: Final = frozenset({"sh", "bash", "ash", "dash", "zsh"})
_PYTHON: Final = re.compile(r"(?:python|pypy)[\d.]*")
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*=")
_OPERATORS: Final = frozenset({"&&", "||", ";", "|", "&", "(", ")", ";;", "|&"})
_LINE: Final = re.compile(r"(?<!\\)\r?\n")
_WORDS: Final = 10_000  # of one command; ECS takes 64 kB for a whole definition

# Programs that run the rest of their words: the words that belong to the program itself.
_WRAPPERS: Final = (
    ("exec",), ("env",), ("time",), ("nohup",), ("dumb-init",), ("tini",), ("su-exec",), ("ddtrace-run",),
    ("opentelemetry-instrument",), ("newrelic-admin", "run-program"),
    ("poetry", "run"), ("pipenv", "run"), ("pdm", "run"), ("uv", "run"), ("hatch", "run"),
)  # fmt: skip

# What a shell does itself, without any call of AWS.
_HARMLESS: Final = frozenset(
    {"cd", "chmod", "echo", "exit", "export", "false", "mkdir", "printf", "set", "sleep", "test", "trap", "true",
     "ulimit", "umask", "unset", "wait", "["}
)  # fmt: skip

# Programs in Python that load the project's code by their own rules. Source: each one's "Getting started".
_SERVERS: Final = frozenset(
    {"airflow", "alembic", "celery", "daphne", "django-admin", "dramatiq", "fastapi", "flask", "gunicorn",
     "huey_consumer", "hypercorn", "luigi", "prefect", "pytest", "rq", "scrapy", "streamlit",
     "granian", "uvicorn", "uwsgi", "waitress-serve"}
)  # fmt: skip

# Those of them that are given the application's own name: `uvicorn main:app`, `gunicorn shop.wsgi`.
_HOSTS: Final = frozenset({"daphne", "granian", "gunicorn", "hypercorn", "uvicorn", "waitress-serve"})
_APPLICATION: Final = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*:[A-Za-z_]\w*(?:\(.*\))?|(?:[A-Za-z_]\w*\.)+[aw]sgi")


class Start(Enum):
    """How Python is started."""

    MODULE = "module"  # python -m pkg.mod
    SCRIPT = "script"  # python app.py
    TEXT = "text"  # python -c "..."
    APPLICATION = "application"  # gunicorn pkg.web:app
    SERVER = "server"  # celery worker
    OPEN = "open"  # what it runs is only known to the deployment


@dataclass(frozen=True, slots=True)
class Run:
    """One start of Python; `target` is the module, the path, the text, `module:application` or the server's name."""

    start: Start
    target: str = ""

    @property
    def shown(self) -> str:
        """As the report's handler shows it."""
        match self.start:
            case Start.MODULE:
                return f"python -m {self.target}"
            case Start.SCRIPT:
                return f"python {self.target}"
            case Start.TEXT:
                return "python -c"
            case _:
                return self.target


@dataclass(frozen=True, slots=True)
class Command:
    """What a command runs, in its order; `others` are the programs that are not Python."""

    runs: tuple[Run, ...] = ()
    others: tuple[str, ...] = ()


Words = Sequence[str | None]
"""A command's words; None is one that only the deployment knows."""


def read_command(words: Words) -> Command:
    """The runs of a command; never raises, whatever the words are."""
    runs: dict[Run, None] = {}
    others: dict[str, None] = {}
    for segment in _segments(list(words[:_WORDS]), 0):
        found = _run(segment)
        if isinstance(found, Run):
            runs[found] = None
        elif found:
            others[found] = None
    return Command(tuple(runs), tuple(others))


def _segments(words: list[str | None], depth: int) -> Iterator[list[str | None]]:
    """The simple commands of a command line: those that a shell is given with `-c`, each without its wrappers."""
    words = _unwrapped(words)
    name = _program(words)
    if name in _SHELLS and depth < 2:
        option = 1
        while option < len(words) and (word := words[option]) is not None and word[:1] in "-+" and not _runs_text(word):
            option += 1
        if option < len(words) and _runs_text(words[option] or ""):
            text = words[option + 1] if option + 1 < len(words) else None
            if text is None:
                yield [None]
                return
            for part in _split(text):
                yield from _segments(part, depth + 1)
            return
    if any((word or "").endswith(".sh") for word in words[:2]):
        # `./entrypoint.sh python app.py`: such scripts end with `exec "$@"`.
        start = next((n for n, word in enumerate(words) if _PYTHON.fullmatch((word or "").rpartition("/")[2])), None)
        if start is not None:
            yield words[:1] if name not in _SHELLS else words[1:2]
            words = words[start:]
    yield words


def _runs_text(word: str) -> bool:
    """Whether a shell's option is `-c`, alone or among others (`-ec`)."""
    return word.startswith("-") and not word.startswith("--") and word.endswith("c")


def _split(text: str) -> list[list[str | None]]:
    """A shell's text as simple commands; one that does not end its quotes is one that nobody knows."""
    lexer = shlex.shlex(_LINE.sub(" ; ", text.replace("\\\n", " ")), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    parts: list[list[str | None]] = [[]]
    try:
        for word in lexer:
            if word in _OPERATORS:
                parts.append([])
            else:
                # A variable of the shell is not known here; what an assignment sets is of no account.
                assigned = _ASSIGNMENT.match(word)
                known = assigned[0] if assigned else None if "$" in word or "`" in word else word
                parts[-1].append(known)
    except ValueError:
        return [[None]]
    return [part for part in parts if part]


def _unwrapped(words: list[str | None]) -> list[str | None]:
    """A command without what only prepares its start: `env A=1`, `exec`, `dumb-init --`, `poetry run`."""
    while words:
        first = words[0]
        if first is None:
            return words
        if _ASSIGNMENT.match(first):
            words = words[1:]
            continue
        wrapper = next((one for one in _WRAPPERS if _named(words, one)), None)
        if wrapper is None:
            return words
        words = words[len(wrapper) :]
        while words and words[0] is not None and words[0].startswith("-"):
            words = words[1:]
    return words


def _named(words: list[str | None], wrapper: tuple[str, ...]) -> bool:
    return _program(words) == wrapper[0] and tuple(words[1 : len(wrapper)]) == wrapper[1:]


def _program(words: list[str | None]) -> str:
    """The name of the program without its folder."""
    return (words[0] or "").rpartition("/")[2] if words else ""


def _run(words: list[str | None]) -> Run | str:
    """What a simple command runs: Python, or the name of another program, empty when it does nothing of note."""
    if not words:
        return ""
    name = _program(words)
    if words[0] is None:
        return Run(Start.OPEN)
    if _PYTHON.fullmatch(name):
        return _python(words[1:])
    if name.endswith(".py"):
        return Run(Start.SCRIPT, words[0])
    if name in _SERVERS:
        return _server(name, words[1:])
    return "" if name in _HARMLESS else name


def _server(name: str, words: list[str | None]) -> Run:
    """What a server serves: the first word that names an application."""
    program = name.split(".", maxsplit=1)[0]
    if program in _HOSTS:
        for word in words:
            if word is not None and _APPLICATION.fullmatch(word):
                module, colon, application = word.partition("(")[0].partition(":")
                return Run(Start.APPLICATION, f"{module}:{application if colon else 'application'}")
    if program == "fastapi":
        for word in words:
            if word is not None and word.endswith(".py"):
                return Run(Start.SCRIPT, word)
    return Run(Start.SERVER, name)


def _python(words: list[str | None]) -> Run | str:
    """What the interpreter is told to run.

    Source: https://docs.python.org/3/using/cmdline.html
    """
    position = 0
    while position < len(words):
        word = words[position]
        if word is None:
            return Run(Start.OPEN)
        if not word.startswith("-") or word == "-":
            return Run(Start.SCRIPT, word) if word != "-" else "python"
        following = words[position + 1] if position + 1 < len(words) else ""
        if not word.startswith("--"):
            # Options of one letter may stand together, and the last may hold its value: `-um app`, `-mapp`.
            for index, letter in enumerate(word[1:], 1):
                if letter in "mc":
                    target = word[index + 1 :] or following
                    if target is None:
                        return Run(Start.OPEN)
                    if letter == "m" and target.split(".")[0] in _SERVERS:
                        return _server(target, words[position + 1 :])
                    return Run(Start.MODULE if letter == "m" else Start.TEXT, target) if target else "python"
                if letter in "WX":
                    position += 0 if word[index + 1 :] else 1
                    break
        elif word == "--check-hash-based-pycs":
            position += 1
        position += 1
    return "python"

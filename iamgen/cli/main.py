"""The command line's entry: subcommands loaded when they are called, every error one line and an exit code."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

from iamgen.cli.recall import Recording
from iamgen.core.errors import IamgenError
from iamgen.core.version import VERSION
from iamgen.render.plain import printable

CLEAN: Final = 0
FINDINGS: Final = 1
BAD_INPUT: Final = 2
INTERNAL: Final = 3

# name -> where the click command is, and its line in `iamgen --help` (so that the help imports none).
_COMMANDS: Final = {
    "scan": ("iamgen.cli.scan:scan", "List the AWS calls that the code makes, and what could not be resolved."),
    "generate": ("iamgen.cli.generate:generate", "Write the least policy that each function needs."),
    "diff": ("iamgen.cli.diff:diff", "Compare what the code needs with what its roles grant."),
    "check": ("iamgen.cli.check:check", "Gate a build: findings against a baseline, by severity."),
    "explain": ("iamgen.cli.explain:explain", "Show why an action is needed, or what a rule means."),
    "evaluate": ("iamgen.cli.evaluate:evaluate", "Ask what a policy decides about one request."),
    "catalog": ("iamgen.cli.catalog:catalog", "Look up SDK operations, IAM actions and their resources."),
}


class Commands(click.Group):
    """Imports a subcommand's module only when that subcommand is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 clean, 1 findings, 2 usage or input error, 3 internal error.",
)
@click.version_option(VERSION, prog_name="iamgen", message="%(prog)s %(version)s")
def cli() -> None:
    """Least-privilege IAM policies for Python on AWS, from the code itself.

    PATH is a directory, a template or a Python file; the current directory by default. The code is
    read, never imported or run; nothing leaves this machine unless you ask for a live role.
    """


def run(arguments: Sequence[str], recording: Recording | None = None) -> int:
    """Run one command and give its exit code; every error is one line on standard error."""
    try:
        # click leaves by `ctx.exit(code)`, which gives the code here when it is not standalone.
        code = cli.main(args=list(arguments), prog_name="iamgen", standalone_mode=False, obj=recording)
        sys.stdout.flush()
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx is not None else "iamgen"
        return _complain(error.format_message(), f"see `{command} --help`", BAD_INPUT, quoted=True)
    except click.ClickException as error:
        return _complain(error.format_message(), None, BAD_INPUT, quoted=True)
    except click.Abort:
        return 130
    except KeyboardInterrupt:
        return 130
    except IamgenError as error:
        return _complain(error.message, error.hint, BAD_INPUT)
    except (SystemExit, BrokenPipeError):
        # The reader has gone (`iamgen ... | head`). click leaves with 1 then, which means findings here, and with
        # nothing else when it is not standalone; Python would complain once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN
    except Exception as error:
        if os.environ.get("IAMGEN_TRACEBACK"):
            raise
        return _complain(
            f"internal error: {type(error).__name__}: {error}", "set IAMGEN_TRACEBACK=1 to see where", INTERNAL
        )
    whole = code if isinstance(code, int) else CLEAN
    if recording is not None:
        recording.keep(whole)
    return whole


def _complain(message: str, hint: str | None, code: int, *, quoted: bool = False) -> int:
    # `quoted`: click puts user input in quotes, this house in backticks.
    text = message[:1].lower() + message[1:] if message[1:2].islower() else message
    text = re.sub(r"'([^']*)'", r"`\1`", text) if quoted else text
    line = f"iamgen: error: {text.rstrip('.')}" + (f" ({hint})" if hint else "")
    print(printable(line), file=sys.stderr)  # noqa: T201  # the command line is where printing is done
    return code

"""`python -m iamgen`, and what the console script starts."""

from __future__ import annotations

import os
import sys

from iamgen.cli.recall import Recording


def main() -> None:
    """Run the command line, or tell again what an equal run said, and leave with its exit code."""
    arguments = sys.argv[1:]
    recording = Recording.of(arguments)
    try:
        code = None if recording is None else recording.told()
    except BrokenPipeError:
        # As in `run`: the reader has gone.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    if code is None:
        from iamgen.cli.main import run

        code = run(arguments, recording)
    sys.exit(code)


if __name__ == "__main__":
    main()

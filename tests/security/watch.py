"""Runs iamgen and writes down what the interpreter does meanwhile.

usage: watch.py EVENTS FOLDER ARGUMENT...

EVENTS receives JSON: the sockets, programs and code objects of FOLDER that were used, and the files opened.
"""

import json
import sys
from pathlib import Path

events = {"socket": [], "program": [], "run": [], "open": []}
PROGRAMS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn"}


def hook(event, arguments):
    """Python's own audit events: nothing in Python can pass them by."""
    if event.startswith("socket."):
        events["socket"].append(event)
    elif event in PROGRAMS:
        events["program"].append(str(arguments[0]))
    elif event == "exec" and arguments[0].co_filename.startswith(sys.argv[2]):
        events["run"].append(arguments[0].co_filename)
    elif event == "open" and isinstance(arguments[0], str):
        events["open"].append(arguments[0])


def main():
    """Watch one command."""
    from iamgen.cli.main import run

    sys.addaudithook(hook)
    code = run(sys.argv[3:])
    found = {name: list(items) for name, items in events.items()}
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")
    sys.exit(code)


if __name__ == "__main__":
    main()

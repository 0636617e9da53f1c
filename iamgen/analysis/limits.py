"""Every cap of the analysis, with the reason for its number. A cap that is reached shows as a gap."""

from __future__ import annotations

from typing import Final

SOURCE_BYTES: Final = 4_000_000  # a hand-written module is under 1 MB; generated ones past this are data
NESTING: Final = 150  # CPython's own parser stops at 200 nested brackets; no one writes half of that
DEPTH: Final = 400  # levels of a syntax tree, terms of one chain; hand-written code stays under 60
OBJECTS: Final = 1_000  # functions, clients and objects in one value: a dispatch table of a large program
OBJECTS_PER_SITE: Final = 32  # objects of one class, or of one site, that are told apart by how they were reached
ALTERNATIVES: Final = 40  # a dispatch table or a union of names past this is no longer a policy's business
TEXT_CHARACTERS: Final = 50_000  # known characters of one text; no name or ARN is longer than 2,048
TEXT_PARTS: Final = 40  # parts of one text; loops that keep appending end here
NUMBERS: Final = 8  # alternatives of a number; numbers choose no permission, so few are worth telling apart
HOT: Final = 100  # executions of one function after which its calls share one joined summary
HOT_STEPS: Final = 150_000  # the same for a function that has taken a tenth of a unit's steps,
WARM: Final = 8  # when it was executed more often than this
RECORDINGS: Final = 2  # states of the heap for which one call, with its arguments, is told again
RECORDED_CELLS: Final = 3_000  # cells that a call to be told again may read and change; more cost as much as running
RECORDED_OBJECTS: Final = 64  # objects that such a call may make and give; more are made by running it
VAIN_RECORDINGS: Final = 4  # recordings of calls at one place beyond what was told from them: then none is tried
RECORDINGS_OPEN: Final = 4  # calls within one another that are recorded at once; each costs what it holds
UNROLL: Final = 64  # elements of a known list that a loop is executed for one by one
ROUNDS: Final = 6  # executions of a loop body until its state must be stable; then changing values widen
CALL_DEPTH: Final = 48  # nested analysed calls; real call chains from a handler stay under 30
RECURSION: Final = 2  # nested activations of one function before its arguments are joined
RECURSION_KNOWN: Final = 8  # the same where each is for another known name or object: a container's wiring
STEPS: Final = 1_500_000  # evaluated nodes and joined cells for one unit's entry, about fifteen seconds
ESCAPE_STEPS: Final = 150_000  # the same for one function that code that is not read may call
CALLS_PER_SITE: Final = 64  # distinct argument sets kept for one call site; the rest are joined
HANDLER_ROUNDS: Final = 4  # invocations of a warm handler until globals are stable
SEQUENCE_ITEMS: Final = 256  # items of a list that are told apart
MAPPING_KEYS: Final = 1024  # keys of a mapping that are told apart
REGIONS: Final = 8  # regions of one client that are told apart; past that the region is unknown
ESCAPE_DEPTH: Final = 6  # nested containers that are searched for functions when they leave into unread code
MODULES_BY_PREFIX: Final = 32  # modules of a package that an import by a partly known name may load
MODULES_IN_FOLDER: Final = 64  # modules of one folder that a loader of plug-ins may load
FOLDER_DEPTH: Final = 6  # nested packages that `pkgutil.walk_packages` enters
PATTERN_TEXT: Final = 128  # characters of a regular expression, and of a text, that are tried on one another
PATTERN_CHOICES: Final = 3  # steps of it that may be tried in several ways: the cost grows with their power
PATTERN_TRIES: Final = 8  # alternatives of a text that one is tried on
CANDIDATES: Final = 8  # operations named in a gap
DATA_BYTES: Final = 1_000_000  # a JSON, YAML or TOML file of the code root that is read for its values
PYTHON_FRAMES: Final = 20_000  # Python frames of the interpreter itself: call depth times its own nesting
LIBRARY_STEPS: Final = 2_000_000  # the same for all functions of one library module

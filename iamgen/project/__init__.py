"""Where units, their code, environment, roles and resources are declared.

`load(path)` detects the format and returns a `Project`. A template's references are kept as
symbols (`core.text`), its conditions as alternatives; nothing of the project is imported or run.
"""

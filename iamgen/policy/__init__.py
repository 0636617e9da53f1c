"""IAM policies as mathematics: model, wildcards, algebra, evaluation, minimisation, text form.

Pure: no files, no network, no AWS library. Actions are compared with a universe that the caller
passes in, never read from somewhere.
"""

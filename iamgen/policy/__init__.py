"""IAM policies as mathematics: documents as values, sets of resources, requests, comparisons, the least policy.

Pure: no files, no network, no AWS library. Actions are compared with a universe that the caller
passes in, never read from somewhere. From below: `patterns` (one pattern), `automaton` (its machine),
`sets` and `algebra` (sets of patterns, decided with a witness), `operators` and `evaluate` (one request),
`reach` (what statements reach), `compare` (grants against needs), `change` (two policies),
`minimise` and `fit` (the least policy, within AWS's limits), `parse` and `serialise` (documents).
What the rules are is in docs/semantics.md.
"""

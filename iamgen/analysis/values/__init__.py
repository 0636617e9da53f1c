"""The value domain: what an expression may evaluate to.

A *value* is a tuple of distinct atoms, the alternatives in the order in which they were met; the
empty tuple is no value at all (code that does not return). Atoms are frozen and hashable; those
that can change (instances, lists, mappings, scopes) are references to heap objects.
"""

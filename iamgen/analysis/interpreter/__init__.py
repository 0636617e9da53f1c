"""The abstract interpreter: a small file per family of syntax.

`machine` ties them together: it holds the state of one run and the tables from node type to the
function that evaluates or executes it.
"""

"""A unit's Python to its usage: which AWS requests it can make, with which arguments, and what is not known.

An abstract interpreter: it starts at the entry point, executes module bodies as imports reach
them, and follows calls with abstract values. It knows the SDK and knows nothing of IAM. Analysed
code is data: it is never imported or run.
"""

"""Modules of the analysed program: finding them, parsing them, and the small form they are kept in.

libcst parses; one walk turns its tree into `syntax` nodes, which pickle quickly and carry
positions. Only modules that an entry can reach are read.
"""

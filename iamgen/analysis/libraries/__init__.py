"""What the analyzer knows of code that it does not read: one file a library.

A library's file answers calls by dotted name and says what its objects do. Everything that no
file here answers is unknown: its arguments escape, and its result says where it came from.
"""

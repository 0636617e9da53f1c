"""SECURITY.md, line by line: each sentence of what it promises has a test that names it."""

"""Literate Markdown specs: `literate` reads a file's cases, `assertions` their comments, the tests run them."""

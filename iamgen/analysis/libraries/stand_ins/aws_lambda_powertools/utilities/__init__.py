"""Each utility has a stand-in of its own."""

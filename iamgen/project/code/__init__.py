"""Finding a unit's code inside the project: folders, handlers, layers, and what is held in memory."""

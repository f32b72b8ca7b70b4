"""A database backend for commands that need no database: it speaks up only when it is touched."""

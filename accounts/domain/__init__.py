"""What is done with accounts and responsibility units."""

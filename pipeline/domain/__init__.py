"""One door per machine, and what is done with many firms at once."""

"""Published lists read and matched: what a list says, and which firm each of its names means. Pure."""

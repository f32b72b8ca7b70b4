"""用户 and the front door."""

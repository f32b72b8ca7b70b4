"""The demo's bureau: invented firms with facts, never with results."""

"""Who qualifies for what, and where each firm stands."""

"""推进看板: the open cases as cards in the columns of their states."""

"""设置: ladder, units, rounds, papers."""

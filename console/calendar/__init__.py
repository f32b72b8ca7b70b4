"""时限日历: what is due by when."""

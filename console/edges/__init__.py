"""临界预警: firms near a threshold, on either side."""

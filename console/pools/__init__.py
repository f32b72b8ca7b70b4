"""后备库, views and who looks after whom."""

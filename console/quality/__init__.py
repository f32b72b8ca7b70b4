"""数据质量: what is missing, what disagrees."""

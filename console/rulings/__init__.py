"""人工判定: the register of what people ruled, and how often they agree."""

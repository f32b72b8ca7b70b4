"""公示名单: lists reconciled with the register."""

"""导入: ledgers, their columns, their undo."""

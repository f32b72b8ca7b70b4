"""提醒设置: what a person wants to be told, what a unit has its people told, and the one click that stops it."""

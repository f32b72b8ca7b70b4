"""Commands of reminders: the weekly run and the sweeper."""

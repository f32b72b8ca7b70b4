"""Who uses the system and what they may see: users, regions, the policy table, the audit trail."""

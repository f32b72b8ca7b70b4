"""提醒邮件: letters, preview, who gets none."""

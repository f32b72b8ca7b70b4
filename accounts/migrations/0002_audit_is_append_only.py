"""AuditEvent rows can be inserted and read, nothing else."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION tidu_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'accounts_auditevent is append-only: % refused', TG_OP;
END $$;
CREATE TRIGGER audit_rows_never_change BEFORE UPDATE OR DELETE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION tidu_audit_is_append_only();
CREATE TRIGGER audit_table_is_never_emptied BEFORE TRUNCATE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION tidu_audit_is_append_only();
"""
BACKWARD = """
DROP TRIGGER audit_table_is_never_emptied ON accounts_auditevent;
DROP TRIGGER audit_rows_never_change ON accounts_auditevent;
DROP FUNCTION tidu_audit_is_append_only();
"""


class Migration(migrations.Migration):
    """Append-only trigger on the audit table."""

    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

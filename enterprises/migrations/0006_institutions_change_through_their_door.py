"""Institutions known so far get their state; from then on it changes through its door only, and checks never change."""

from django.db import migrations

# What was recognised stays so; what a firm runs by itself is there, and its 六有 were never looked at
STATES = """
UPDATE enterprises_researchinstitution SET
    state = CASE WHEN recognised_on IS NULL AND level IN ('县', '自建') THEN 'building' ELSE 'recognised' END,
    established_on = recognised_on;
ALTER TABLE enterprises_researchinstitution
    ALTER state SET DEFAULT 'cultivating', ALTER host SET DEFAULT '', ALTER partner_school SET DEFAULT '',
    ALTER document SET DEFAULT '', ALTER haves SET DEFAULT '{}', ALTER lacks SET DEFAULT '{}', ALTER version SET DEFAULT 0;
"""
NO_STATES = """
ALTER TABLE enterprises_researchinstitution
    ALTER state DROP DEFAULT, ALTER host DROP DEFAULT, ALTER partner_school DROP DEFAULT,
    ALTER document DROP DEFAULT, ALTER haves DROP DEFAULT, ALTER lacks DROP DEFAULT, ALTER version DROP DEFAULT;
"""
# The function came with the pipeline's machines; its arguments are the state column and the state of birth
DOOR = """
CREATE TRIGGER institution_state_needs_its_door BEFORE INSERT OR UPDATE ON enterprises_researchinstitution
    FOR EACH ROW EXECUTE FUNCTION tidu_state_needs_its_door('state', 'cultivating');
"""
NO_DOOR = "DROP TRIGGER institution_state_needs_its_door ON enterprises_researchinstitution;"
HISTORY = """
CREATE FUNCTION tidu_checks_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a check of the six is history: % refused', TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER institution_checks_never_change BEFORE UPDATE ON enterprises_institutioncheck
    FOR EACH ROW EXECUTE FUNCTION tidu_checks_never_change();
"""
NO_HISTORY = """
DROP TRIGGER institution_checks_never_change ON enterprises_institutioncheck;
DROP FUNCTION tidu_checks_never_change();
"""


class Migration(migrations.Migration):
    """States of institutions on record, their trigger, and the history of checks."""

    dependencies = [
        ("enterprises", "0005_research_institutions_are_a_machine"),
        ("pipeline", "0002_states_change_through_their_doors"),
    ]
    operations = [
        migrations.RunSQL(STATES, NO_STATES),
        migrations.RunSQL(DOOR, NO_DOOR),
        migrations.RunSQL(HISTORY, NO_HISTORY),
    ]

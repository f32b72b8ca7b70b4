"""Triggers: a state column changes only while its door is open; periods of one recognition never overlap."""

from django.db import migrations

DOOR = """
CREATE FUNCTION tidu_state_needs_its_door() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- arguments: the state column, and the state in which a row may be born
    after_it text := to_jsonb(NEW) ->> TG_ARGV[0];
    before_it text := TG_ARGV[1];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before_it := to_jsonb(OLD) ->> TG_ARGV[0];
    END IF;
    IF after_it IS DISTINCT FROM before_it AND coalesce(current_setting('tidu.door', true), '') <> 'open' THEN
        RAISE EXCEPTION '%.% changes only through its door', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER candidacy_state_needs_its_door BEFORE INSERT OR UPDATE ON pipeline_candidacy
    FOR EACH ROW EXECUTE FUNCTION tidu_state_needs_its_door('state', 'pooled');
CREATE TRIGGER title_standing_needs_its_door BEFORE INSERT OR UPDATE ON pipeline_title
    FOR EACH ROW EXECUTE FUNCTION tidu_state_needs_its_door('standing', 'normal');
CREATE TRIGGER position_rung_needs_its_door BEFORE INSERT OR UPDATE ON pipeline_ladderposition
    FOR EACH ROW EXECUTE FUNCTION tidu_state_needs_its_door('rung', '');
"""
NO_DOOR = """
DROP TRIGGER candidacy_state_needs_its_door ON pipeline_candidacy;
DROP TRIGGER title_standing_needs_its_door ON pipeline_title;
DROP TRIGGER position_rung_needs_its_door ON pipeline_ladderposition;
DROP FUNCTION tidu_state_needs_its_door();
"""
# The enterprise row is locked first, so that two titles written at the same time see each other.
OVERLAP = """
-- Planned anew each time: a plan made while the table was empty would read all of it for every later row.
CREATE FUNCTION tidu_titles_never_overlap() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF NEW.standing = 'revoked' THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM enterprises_enterprise WHERE id = NEW.enterprise_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM pipeline_title other
        WHERE other.enterprise_id = NEW.enterprise_id AND other.track = NEW.track AND other.id <> NEW.id
          AND other.standing <> 'revoked'
          AND daterange(other.valid_from, other.valid_until, '[]') && daterange(NEW.valid_from, NEW.valid_until, '[]')
    ) THEN
        RAISE EXCEPTION 'periods of one recognition overlap' USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER titles_never_overlap
    BEFORE INSERT OR UPDATE OF enterprise_id, track, valid_from, valid_until, standing ON pipeline_title
    FOR EACH ROW EXECUTE FUNCTION tidu_titles_never_overlap();
"""
MAY_OVERLAP = """
DROP TRIGGER titles_never_overlap ON pipeline_title;
DROP FUNCTION tidu_titles_never_overlap();
"""


class Migration(migrations.Migration):
    """State doors and the no-overlap trigger."""

    dependencies = [("pipeline", "0001_initial"), ("enterprises", "0001_initial")]
    operations = [migrations.RunSQL(DOOR, NO_DOOR), migrations.RunSQL(OVERLAP, MAY_OVERLAP)]

"""Triggers: an edition's state changes only through its door, and what was published is never edited or deleted."""

from django.db import migrations

STAY = """
CREATE FUNCTION tidu_published_editions_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status IN ('published', 'withdrawn') THEN
            RAISE EXCEPTION 'a published edition is never deleted' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status IN ('published', 'withdrawn') AND
        (NEW.track, NEW.slug, NEW.title, NEW.document, NEW.effective_from, NEW.effective_to, NEW.content, NEW.digest)
        IS DISTINCT FROM
        (OLD.track, OLD.slug, OLD.title, OLD.document, OLD.effective_from, OLD.effective_to, OLD.content, OLD.digest)
    THEN
        RAISE EXCEPTION 'a published edition is never edited' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        (OLD.status = 'published' AND NEW.status NOT IN ('published', 'withdrawn'))
        OR (OLD.status = 'withdrawn' AND (NEW.status, NEW.withdrawn_on) IS DISTINCT FROM (OLD.status, OLD.withdrawn_on))
    ) THEN
        RAISE EXCEPTION 'a published edition is only taken back' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'published' AND NEW.digest <> encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'the digest of an edition is that of its content' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER edition_status_needs_its_door BEFORE INSERT OR UPDATE ON pipeline_edition
    FOR EACH ROW EXECUTE FUNCTION tidu_state_needs_its_door('status', 'draft');
CREATE TRIGGER published_editions_stay BEFORE INSERT OR UPDATE OR DELETE ON pipeline_edition
    FOR EACH ROW EXECUTE FUNCTION tidu_published_editions_stay();
"""
MAY_CHANGE = """
DROP TRIGGER published_editions_stay ON pipeline_edition;
DROP TRIGGER edition_status_needs_its_door ON pipeline_edition;
DROP FUNCTION tidu_published_editions_stay();
"""


class Migration(migrations.Migration):
    """State door and immutability of editions."""

    dependencies = [("pipeline", "0011_editions_are_drafted_and_documents_kept")]
    operations = [migrations.RunSQL(STAY, MAY_CHANGE)]

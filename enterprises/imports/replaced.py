"""What a ledger is about to replace in known firms and contacts, kept beside what it puts there."""

from typing import Final

from enterprises.imports.database import run

KEEP_OF_FIRMS: Final = """
    INSERT INTO enterprises_batchchange (batch_id, enterprise_id, what, old, new)
    SELECT %s, found.* FROM (
        SELECT firm.id, 'name', jsonb_build_object('name', firm.name), jsonb_build_object('name', c.name)
        FROM changed_firm c JOIN enterprises_enterprise firm USING (id) WHERE firm.name <> c.name
        UNION ALL
        SELECT firm.id, 'code', jsonb_build_object('uscc', firm.uscc, 'uscc_ok', firm.uscc_ok),
            jsonb_build_object('uscc', c.uscc)
        FROM changed_firm c JOIN enterprises_enterprise firm USING (id) WHERE c.uscc IS DISTINCT FROM firm.uscc
            AND c.uscc IS NOT NULL
        UNION ALL
        SELECT firm.id, 'negatives', jsonb_build_object('on', firm.negatives_known_on),
            jsonb_build_object('on', c.known_on)
        FROM changed_firm c JOIN enterprises_enterprise firm USING (id) WHERE c.known_on IS NOT NULL
        UNION ALL
        SELECT firm.id, 'region',
            jsonb_build_object('region', firm.region_id, 'from_on', m.from_on, 'batch', m.batch_id),
            jsonb_build_object('region', c.unit)
        FROM changed_firm c JOIN enterprises_enterprise firm USING (id)
        LEFT JOIN enterprises_regionmembership m ON m.enterprise_id = firm.id AND m.to_on IS NULL
        WHERE c.unit IS NOT NULL
    ) found
"""
KEEP_OF_CONTACTS: Final = """
    INSERT INTO enterprises_batchchange (batch_id, enterprise_id, what, object_id, old, new)
    SELECT %s, c.enterprise_id, 'contact', c.id, jsonb_build_object('mobile', c.mobile, 'email', c.email),
        jsonb_build_object('mobile', coalesce(nullif(n.mobile, ''), c.mobile),
            'email', coalesce(nullif(n.email, ''), c.email))
    FROM changed_contact n JOIN enterprises_contact c USING (id)
"""


def keep_values_of_firms(batch_id: int) -> None:
    """Codes, names, units and days that ``changed_firm`` (staged by the caller) is about to replace."""
    run(KEEP_OF_FIRMS, batch_id)


def keep_values_of_contacts(batch_id: int) -> None:
    """Numbers and addresses that ``changed_contact`` (staged by the caller) is about to replace."""
    run(KEEP_OF_CONTACTS, batch_id)

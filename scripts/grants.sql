-- Rights of the role that web, worker and beat connect as; run by the owner after every migrate.
-- It may work on every table, but the audit trail it can only read and extend.
GRANT USAGE ON SCHEMA public TO tidu_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tidu_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO tidu_app;
REVOKE UPDATE, DELETE ON accounts_auditevent FROM tidu_app;

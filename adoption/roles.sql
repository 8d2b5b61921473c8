-- The two database roles, run as superuser: by the embedded services at every start, by the compose file at the first.
-- app_owner owns the tables and is used only to migrate and dump; forced row level security would otherwise stop data
-- migrations, hence BYPASSRLS. app_user is the application, and row level security always holds for it.
\set ON_ERROR_STOP on
\getenv owner_password APP_OWNER_PASSWORD
\getenv user_password APP_USER_PASSWORD
SET client_min_messages = warning;

SELECT 'CREATE ROLE ' || wanted.name FROM (VALUES ('app_owner'), ('app_user')) AS wanted (name)
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name)
\gexec
ALTER ROLE app_owner LOGIN NOSUPERUSER CREATEDB NOCREATEROLE BYPASSRLS PASSWORD :'owner_password';
ALTER ROLE app_user LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'user_password';
-- A session that forgets its transaction must not hold locks for ever.
ALTER ROLE app_owner SET idle_in_transaction_session_timeout = '5min';
ALTER ROLE app_user SET idle_in_transaction_session_timeout = '5min';

SELECT 'CREATE DATABASE murmuration OWNER app_owner'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'murmuration')
\gexec
\connect murmuration
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app_user;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO app_user;

SELECT rolname AS name FROM pg_roles

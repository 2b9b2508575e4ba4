-- Whether the account is shown all databases; a privilege that comes through a role does not count.
SELECT COUNT(*) AS granted
FROM information_schema.USER_PRIVILEGES
WHERE PRIVILEGE_TYPE = 'SHOW DATABASES'

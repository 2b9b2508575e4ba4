-- MariaDB marks roles; MySQL's are accounts like others.
SELECT u.*
FROM mysql.user AS u
ORDER BY u.User, u.Host

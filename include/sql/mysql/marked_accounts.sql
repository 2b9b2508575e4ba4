SELECT d.User, d.Host FROM mysql.db AS d WHERE d.Db = %s

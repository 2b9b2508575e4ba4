SHOW GRANTS FOR {account}

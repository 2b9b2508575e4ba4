DROP {what} IF EXISTS {account}

LOCK TABLES {tables}

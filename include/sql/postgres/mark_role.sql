COMMENT ON ROLE {name} IS {mark}

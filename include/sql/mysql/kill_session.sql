KILL {id}

SELECT set_config({key}, {value}, true)

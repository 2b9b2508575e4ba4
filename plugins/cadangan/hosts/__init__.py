"""Run a program on this machine or over SSH, with streams."""

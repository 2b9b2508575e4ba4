"""Conditions under which people must act: one module each, a pure function `findings` that returns alerts."""

"""Restore a stored back-up, and prove that it can be."""

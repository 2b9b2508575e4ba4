"""Typed models and loaders of include/config/*.yaml."""

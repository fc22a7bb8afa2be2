"""Configurations, of files or of the environment."""

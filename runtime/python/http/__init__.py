"""Watching a program over HTTP: its health, and its metrics for Prometheus."""

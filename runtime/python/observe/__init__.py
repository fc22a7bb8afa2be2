"""What operators see: health, observers, the log, traces."""

"""What operators see: traces."""

"""What programs say about themselves, and the view of who is on the bus."""

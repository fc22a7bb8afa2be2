"""What moves messages, written by hand: it knows no message by name."""

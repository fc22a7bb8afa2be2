"""What a program holds: a client and its channels."""

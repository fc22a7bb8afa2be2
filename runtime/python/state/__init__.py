"""Key-value buckets: those of the protocol, and those of a program."""

"""Values: JSON, the rules that types put on them, and why a value is refused."""

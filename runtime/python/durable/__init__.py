"""Events that must not be missed: handled at least once, settled once, given up with a reason."""

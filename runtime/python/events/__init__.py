"""Events: from the bus to the handlers of a program."""

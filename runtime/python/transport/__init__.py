"""What the runtime needs of a bus, whichever it is."""

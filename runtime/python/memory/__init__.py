"""A bus within the process."""

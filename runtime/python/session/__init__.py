"""What all parts of one client share: limits, pace, and how handlers are called."""

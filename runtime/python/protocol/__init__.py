"""How a protocol travels: addresses, subjects and envelopes, and what generated code says about it."""

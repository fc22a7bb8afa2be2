"""A world for the tests of programs."""

"""Commands: asking a service, and being one."""

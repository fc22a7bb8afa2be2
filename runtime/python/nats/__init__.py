"""The bus over a NATS server."""

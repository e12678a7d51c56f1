"""The parts that the HTTP API is built from. `core.api_root` puts them together."""

"""Adapters for the core's ports: model servers, the database, the keyring, files and logs. No Qt."""

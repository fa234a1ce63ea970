"""Keys: in the operating system's keyring behind the `Secrets` port, in memory, and redacted everywhere else."""

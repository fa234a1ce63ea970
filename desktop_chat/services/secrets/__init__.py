"""The keys in the operating system's keyring, behind the `Secrets` port."""

"""Model servers behind the `Provider` port: the SDK sends requests, our own decoder reads the answers."""

"""Model servers behind the `Provider` port: the SDK sends the request, our own decoder reads the answer."""

"""What a chat is, with neither a window nor a network: values, events, errors, ports, and the running session."""

"""The chat domain, without Qt or network code: entities, events, errors, ports and the running session."""

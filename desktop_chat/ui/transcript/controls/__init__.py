"""The transcript's controls: how they are found, focused and activated."""

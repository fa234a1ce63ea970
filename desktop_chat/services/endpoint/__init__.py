"""The local endpoint: an HTTP server that lets programs and pages on this computer use the models."""

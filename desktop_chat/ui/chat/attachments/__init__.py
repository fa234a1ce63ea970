"""What is attached to the message that is being written."""

"""Shows what was sent for a reply and what came back."""

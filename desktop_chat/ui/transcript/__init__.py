"""The conversation on screen: painted blocks, of which only the visible ones are laid out."""

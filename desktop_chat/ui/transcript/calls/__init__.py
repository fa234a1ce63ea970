"""Tool calls in a reply: cards with their arguments, their state, and what they answered."""

"""The tabs: which conversations are open, and the strip that shows them."""

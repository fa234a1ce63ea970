"""One conversation on the screen: its tab, its transcript's companion bars, its composer and its popups."""

"""The transcript as screen readers meet it: widgets without a look, and what is announced."""

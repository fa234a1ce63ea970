"""Reads the input of batches, and writes their output."""

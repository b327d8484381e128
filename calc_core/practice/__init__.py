"""Exercises, answers that are understood, and a drill."""

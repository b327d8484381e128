"""Calculus for machine learning: the small package behind the lesson's notebooks."""

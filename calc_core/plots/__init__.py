"""Figures of the unit: numbers in, matplotlib out; no widget, no global state."""

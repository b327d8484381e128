"""Interactive figures of the unit, one file each."""

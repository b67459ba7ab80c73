"""Model-backed implementations of the protocols in `interfaces`, one file each."""

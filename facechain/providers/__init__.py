"""Model-backed implementations of the protocols in `facechain.interfaces`, one file each."""

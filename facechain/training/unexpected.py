"""Errors of libraries, in words that say what to do."""

from __future__ import annotations

from .post_mortem import missing_package

LOST_PEER = ("Connection closed by peer", "Connection reset by peer", "Connection refused", "Broken pipe", "gloo/")
"""What gloo says when another process of the training has ended."""
DISTRIBUTED = ("DistBackendError", "DistNetworkError", "DistStoreError")
"""torch's classes for the same, when NCCL says it or the place where they meet is gone."""


def explain(error: Exception) -> str:
    """The fact and what to do, as far as the error tells."""
    kind, text = type(error).__name__, str(error)
    if isinstance(error, ImportError):
        return missing_package((error.name or "that the log names").partition(".")[0], text)
    if kind == "OutOfMemoryError":
        return (
            f"The GPU's memory does not hold the model ({_first_line(text)}). "
            "Close other programs, or choose a smaller family of base models."
        )
    if "CUDA error" in text or "HIP error" in text:
        return (
            f"The GPU stopped working ({_first_line(text)}). Queue the same job again: it goes on from its last "
            "saved state. If it happens again, restart the computer and look for a newer driver."
        )
    return f"{kind}: {text}"


def is_only_a_lost_peer(error: Exception) -> bool:
    """True for what a process says because another one of its training ended: that one knows the reason."""
    if type(error).__name__ in DISTRIBUTED:
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in LOST_PEER)


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[0]

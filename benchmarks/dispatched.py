"""How many operations torch dispatches: what a GPU has to be told one by one, whatever its speed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode

VIEWS = frozenset(
    {
        *("view", "_unsafe_view", "reshape", "alias", "detach", "as_strided", "lift_fresh"),
        *("t", "transpose", "permute", "expand", "squeeze", "unsqueeze"),
        *("select", "slice", "split", "split_with_sizes", "unbind", "unfold"),
    }
)
"""Operations that only look at memory in another way; no device computes anything for them."""
MARKS = frozenset({"_record_function_enter_new", "_RecordFunction"})
"""For profilers, not for devices."""


class DispatchedOperations(TorchDispatchMode):
    """Counts by name while it is active, backward passes too. Views and profiler marks are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = function.name().partition("::")[2].partition(".")[0]
        if name not in VIEWS and name not in MARKS and not function.name().startswith("profiler::"):
            self.counts[name] += 1
        return function(*args, **(kwargs or {}))

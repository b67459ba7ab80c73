"""The rules of who may import and do what, checked on the syntax tree of every file."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HOST = frozenset({"folder_paths", "nodes", "server", "execution", "node_helpers", "latent_preview", "app"})
"""ComfyUI's own modules, besides everything whose name begins with "comfy"."""
HEAVY = frozenset(
    {"torch", "torchvision", "diffusers", "peft", "accelerate", "transformers", "onnxruntime", "insightface"}
)
OUR_PACKAGES = frozenset({"facechain", "nodes"})
HOST_ONLY = ("folder_paths", "comfy.model_management", "server")
"""What only nodes/host.py touches."""
STANDARD_LIBRARY_ONLY = ("facechain/training/job.py", "facechain/training/events.py", "facechain/training/process.py")
BROAD_EXCEPT = ("facechain/training/worker.py", "nodes/routes.py")
"""The edges of a process and of a request, which report and re-raise or answer."""


@dataclass(frozen=True)
class Import:
    """One imported module."""

    line: int
    name: str
    """Dotted name of another package, or the path of our own file or folder."""
    is_ours: bool
    relative: bool


@dataclass(frozen=True)
class Source:
    """One file of the extension."""

    path: str
    """From the root, with forward slashes."""
    tree: ast.Module
    imports: tuple[Import, ...]

    @property
    def layer(self) -> str:
        """ "root", "nodes", "training", "providers" or "core"."""
        folders = self.path.split("/")[:-1]
        if not folders:
            return "root"
        if folders[0] == "nodes":
            return "nodes"
        return folders[1] if len(folders) > 1 else "core"


MAY_IMPORT = {
    "root": {"nodes"},
    "nodes": {"nodes", "training", "providers", "core"},
    "training": {"training", "providers", "core"},
    "providers": {"providers", "core"},
    "core": {"core"},
}


def layer_violations(root: Path) -> list[str]:
    """Every broken rule below `root`, as "file:line what"; empty when all are kept."""
    sources = _sources(root)
    found = [violation for source in sources.values() for violation in _violations_of(source)]
    return sorted(found + list(_beyond_the_standard_library(sources)))


def _sources(root: Path) -> dict[str, Source]:
    files = [root / "__init__.py", *sorted((root / "nodes").rglob("*.py")), *sorted((root / "facechain").rglob("*.py"))]
    sources = {}
    for file in files:
        if file.is_file():
            path = file.relative_to(root).as_posix()
            tree = ast.parse(file.read_text(encoding="utf-8"), path)
            sources[path] = Source(path, tree, tuple(_imports(tree, file, root)))
    return sources


def _imports(tree: ast.Module, file: Path, root: Path) -> Iterator[Import]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(node.lineno, alias.name, alias.name.split(".")[0] in OUR_PACKAGES, relative=False)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield Import(node.lineno, name, name.split(".")[0] in OUR_PACKAGES, relative=False)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield Import(node.lineno, _our_file(node, alias.name, file, root), is_ours=True, relative=True)


def _our_file(node: ast.ImportFrom, name: str, file: Path, root: Path) -> str:
    """Path of what `from ..module import name` means."""
    folder = file.parents[node.level - 1]
    module = folder.joinpath(*(node.module or "").split("."))
    for candidate in (module / f"{name}.py", module / name / "__init__.py", module.with_suffix(".py")):
        if candidate.is_file():
            return candidate.relative_to(root).as_posix()
    return (module / "__init__.py").relative_to(root).as_posix()


def _violations_of(source: Source) -> Iterator[str]:
    for found in source.imports:
        for what in _broken_by_import(source, found):
            yield f"{source.path}:{found.line} {what}"
    for node in ast.walk(source.tree):
        what = _broken_by_code(source, node)
        if what:
            yield f"{source.path}:{node.lineno} {what}"


def _broken_by_import(source: Source, found: Import) -> Iterator[str]:
    if found.relative:
        target = Source(found.name, source.tree, ()).layer
        if target not in MAY_IMPORT[source.layer]:
            yield f"imports upwards: {found.name}"
        return
    top = found.name.split(".")[0]
    if found.is_ours:
        yield f"imports our own package by an absolute name: {found.name}"
    if source.path.startswith("facechain/") and (top in HOST or top.startswith("comfy")):
        yield f"core imports the host: {found.name}"
    if source.layer == "core" and top in HEAVY:
        yield f"core imports a model library: {found.name}"
    if source.layer == "nodes" and top == "torch" and source.path != "nodes/tensors.py":
        yield "torch outside of nodes/tensors.py"
    if source.path != "nodes/host.py" and any(f"{found.name}.".startswith(f"{name}.") for name in HOST_ONLY):
        yield f"host facilities outside of nodes/host.py: {found.name}"


def _broken_by_code(source: Source, node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute) and node.attr == "path" and _is_name(node.value, "sys"):
        return "touches sys.path"
    if isinstance(node, ast.Call) and _is_name(node.func, "print"):
        return "prints"
    if isinstance(node, ast.ExceptHandler) and source.path not in BROAD_EXCEPT and _is_broad(node):
        return "catches everything"
    return None


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or _is_name(kind, "Exception") or _is_name(kind, "BaseException") for kind in caught)


def _beyond_the_standard_library(sources: dict[str, Source]) -> Iterator[str]:
    """Libraries that the standard-library files load, themselves or through our own files."""
    for start in STANDARD_LIBRARY_ONLY:
        waiting, seen = [start], set()
        while waiting:
            path = waiting.pop()
            if path in seen or path not in sources:
                continue
            seen.add(path)
            waiting += [found.name for found in sources[path].imports if found.relative]
            for found in sources[path].imports:
                if not found.relative and found.name.split(".")[0] not in sys.stdlib_module_names:
                    yield f"{start} loads {found.name} (in {path}:{found.line})"

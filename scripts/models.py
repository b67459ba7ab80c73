"""See, fetch, check and accept the models: `python scripts/models.py list`, `fetch`, `verify`, `accept ID`.

Loads ./facechain by path, so it needs numpy and Pillow; where the running Python lacks them, the
environment that scripts/test.py and scripts/demo.py build takes over.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from studio.cache import EXTENSION, default_cache
from studio.core import load_core
from studio.environment import planned_environment
from studio.errors import SetupError
from studio.stages import Reporter

_NEEDED = ("numpy", "PIL")


def main() -> int:
    """Exit status of the command line."""
    report = Reporter()
    arguments = _arguments()
    try:
        if any(importlib.util.find_spec(name) is None for name in _NEEDED):
            return _run_in_environment()
        return _run(arguments, report)
    except SetupError as error:
        report.line(str(error))
        return 1
    except KeyboardInterrupt:
        report.line("Stopped. What came so far is kept.")
        return 130  # as a shell says it of a program that Ctrl-C ended


def _run(arguments: argparse.Namespace, report: Reporter) -> int:
    load_core()
    from studio import model_commands  # needs the core under its name

    if arguments.action == "fetch" and arguments.folder:
        return model_commands.fetch_embedded_into(arguments.folder.expanduser().resolve(), report)
    commands = model_commands.ModelCommands(_models_folder(arguments.models_folder), report)
    if arguments.action == "list":
        return commands.list()
    if arguments.action == "verify":
        return commands.verify()
    if arguments.action == "accept":
        return commands.accept(arguments.id, agreed=arguments.yes)
    return commands.fetch(arguments.ids or ["embedded"])


def _models_folder(chosen: Path | None) -> Path:
    if chosen:
        chosen = chosen.expanduser().resolve()
        if not chosen.is_dir():
            raise SetupError(f"{chosen} is no folder. Name ComfyUI's models folder.")
        return chosen
    folder = EXTENSION.parent.parent / "models"
    if EXTENSION.parent.name != "custom_nodes" or not folder.is_dir():
        raise SetupError(
            "This extension does not stand in the custom_nodes folder of a ComfyUI, so its models folder is not known. "
            "Add --models-folder DIR."
        )
    return folder


def _run_in_environment() -> int:
    environment = planned_environment(default_cache())
    if not environment.is_ready or Path(sys.prefix).resolve() == environment.folder:
        raise SetupError(
            f"{sys.executable} lacks one of {', '.join(_NEEDED)}. Install requirements.txt into it, "
            "or run scripts/test.py once, which builds an environment."
        )
    command = [str(environment.python), *sys.argv]
    if os.name == "nt":
        return subprocess.call(command)  # there, execv returns to the caller before the work is done
    os.execv(command[0], command)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="every model: what it is for, whether it is here, its licence")
    fetch = actions.add_parser("fetch", help="download what is missing of a model, check hashes")
    verify = actions.add_parser("verify", help="read every file that is here; exit status 1 if one differs")
    accept = actions.add_parser("accept", help="show the licence of a model, and accept it on this installation")
    for action in (listing, fetch, verify, accept):
        action.add_argument("--models-folder", type=Path, help="default: that of the ComfyUI we stand in")
    fetch.add_argument("ids", nargs="*", metavar="ID", help="default: the embedded models, which need no account")
    fetch.add_argument("--folder", type=Path, help="put the embedded models there and nowhere else")
    accept.add_argument("id", metavar="ID", help="of a model whose licence restricts its use")
    accept.add_argument("--yes", action="store_true", help="you have read the licence and agree; for scripts")
    arguments = parser.parse_args()
    if arguments.action == "fetch" and arguments.ids and arguments.folder:
        fetch.error("--folder is for the embedded models alone; with an ID use --models-folder")
    return arguments


if __name__ == "__main__":
    sys.exit(main())

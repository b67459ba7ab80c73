"""The whole studio on a fresh machine: `python3 scripts/demo.py`. Ends with a page to look at.

Sets up what is missing (it says first what and how much), then lets a real ComfyUI check photos, make ID
photos, train a person, draw poses, lay the face into other pictures and rank pictures by likeness. Without
--checkpoint the base model has random weights: everything runs, but the sampler's pictures are noise and go to smoke/.
"""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import time
import urllib.error
from pathlib import Path

from studio.cache import EXTENSION, Cache, default_cache
from studio.checkpoint import link_checkpoint
from studio.demo_journey import run_journey
from studio.demo_lora import read_header
from studio.demo_output import clear_output, open_output, write_output
from studio.demo_photos import make_pictures, photo_files
from studio.demo_plan import needs, plan_lines
from studio.demo_prompts import DemoSettings
from studio.demo_run import DemoRun
from studio.errors import SetupError
from studio.prepare import Studio, prepare
from studio.results import PromptFailed, PromptInterrupted, PromptRejected, PromptTimeout
from studio.server import ComfyServer, ServerPlan
from studio.stages import Reporter

SUBJECTS = ("person", "woman", "man", "girl", "boy")
HOST_ERRORS = (
    PromptFailed,
    PromptRejected,
    PromptInterrupted,
    PromptTimeout,
    ConnectionError,
    TimeoutError,
    urllib.error.URLError,
)


def main() -> int:
    """Exit status of the command line."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service manager's stop cleans up like Ctrl-C
    report = Reporter()
    arguments = _arguments()
    base = default_cache().root / "demo"
    try:
        _run(arguments, base, report)
    except SetupError as error:
        report.line(str(error))
    except HOST_ERRORS as error:
        report.line(f"{error}\nComfyUI's log is {base / 'server.log'}. What is finished is kept; run again to go on.")
    except KeyboardInterrupt:
        report.line(f"\nStopped. To go on where it stopped: {shlex.join(['python', *sys.argv])}")
        return 130
    else:
        return 0
    return 1


def _run(arguments: argparse.Namespace, base: Path, report: Reporter) -> None:
    studio_cache = default_cache()
    output = open_output(arguments.output)
    _require_style(arguments.style)
    random = arguments.checkpoint is None
    if not random:
        _require_checkpoint(arguments.checkpoint)
    if arguments.photos is not None:
        photo_files(arguments.photos)
    for line in plan_lines(needs(studio_cache, random_checkpoint=random), str(studio_cache.root)):
        report.line(line)
    studio = prepare(report, [EXTENSION / "requirements.txt"])
    studio.get_photos(report)
    studio.get_embedded_models(report)
    if random:
        studio.get_random_checkpoint(report)
    with Cache(base).locked(report):  # two demos would empty each other's temporary folder
        _show(arguments, studio, base, output, report)


def _show(arguments: argparse.Namespace, studio: Studio, base: Path, output: Path, report: Reporter) -> None:
    random = arguments.checkpoint is None
    checkpoint = studio.random_checkpoint if random else arguments.checkpoint.resolve()
    link_checkpoint(checkpoint, base / "models")
    with report.stage("Make the pictures"):
        pictures = make_pictures(studio.photos, base / "input", studio.python, arguments.photos)
    settings = DemoSettings(
        photos_folder=pictures.photos_folder,
        checkpoint=checkpoint.name,
        random=random,
        person=arguments.name,
        subject=arguments.subject or ("person" if pictures.own else "woman"),
        style=arguments.style,
    )
    plan = ServerPlan(studio.comfyui, base, {"facechain": EXTENSION}, embedded_models=studio.embedded_models)
    server = ComfyServer(plan)
    try:
        with report.stage("Start ComfyUI"):
            server.start()
        clear_output(output)
        run = DemoRun(server, studio.python, pictures, settings, output, report)
        page = write_output(run_journey(run), output, report)
        report.line("\nTimes")
        report.table()
        report.line(f"\nThe page is {page}")
        if pictures.own:
            report.line(f"The person and links to your photos stay in {base}. Delete that folder to remove them.")
        if arguments.serve:
            _serve(server, report)
    finally:
        server.stop()


def _serve(server: ComfyServer, report: Reporter) -> None:
    report.line(
        f"\nThe studio is open: {server.url}\n"
        "Templates > facechain has the workflows, Load Person has this person.\n"
        f"Checkpoints go into {server.base / 'models' / 'checkpoints'}. Ctrl-C closes the studio."
    )
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        report.line("\nThe studio is closed.")


def _require_checkpoint(given: Path) -> None:
    if given.suffix != ".safetensors" or not given.is_file():
        raise SetupError(f"{given} is no safetensors file. Give --checkpoint an SD 1.5 checkpoint.")
    if read_header(given).get("__metadata__", {}).get("facechain.random") == "true":
        raise SetupError(f"{given} has random weights, it cannot draw. Leave --checkpoint out, or give a real one.")


def _require_style(style: str) -> None:
    known = sorted(file.stem for file in (EXTENSION / "styles").glob("*.json"))
    if style not in known:
        raise SetupError(f'There is no style "{style}". Give --style one of: {", ".join(known)}.')


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="folder with 3 to 20 photos of one person; default: public ones")
    parser.add_argument("--checkpoint", type=Path, help="SD 1.5 checkpoint (safetensors) for real portraits")
    parser.add_argument("--name", default="Demo person", help="the person's name in the library")
    parser.add_argument("--subject", choices=SUBJECTS, help="what prompts call the person")
    parser.add_argument("--style", default="working_suit", help="id of a style in styles/")
    parser.add_argument("--output", type=Path, default=Path("facechain-demo"), help="folder for the page")
    parser.add_argument("--serve", action="store_true", help="keep the studio open afterwards")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""The demo's stages with a template photo of two people: one person into it, then two. No diffusion."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .cache import SCRIPTS
from .commands import run_logged
from .demo_run import DemoRun, Json, report_of
from .demo_second_person import SECOND_NAME, SECOND_PERSON
from .demo_stages_pictures import outcome_of
from .demo_tool_prompts import group_prompt, template_prompt
from .environment import clean


def fuse_template(run: DemoRun, person: str) -> Json:
    """The person on the right face of the template, and how many pixels of the left half changed."""
    prompt = template_prompt(run.pictures.template.name, person)
    result = run.queue("Put the person into a photo of two people", prompt)
    (entry,) = report_of(result, prompt, "FaceChainFuseFaces")
    entry["template"] = run.copy([run.pictures.template], "template")[0]
    entry["result"] = run.save_shown(result, "fused", "template-fused")
    half = entry["left_half"] = _changed_in_left_half(run, entry["template"], entry["result"])
    run.report.line(f"  {outcome_of(entry)}; {half['changed']} pixels of the left half changed")
    return entry


def compose_group(run: DemoRun, person: str) -> Json:
    """Two persons in the template, each on the other's side, with the likeness of every face to each."""
    with _second_person(run, person):
        prompt = group_prompt(run.pictures.template.name, person, SECOND_PERSON)
        result = run.queue("Put two people into one photo", prompt)
    report = report_of(result, prompt, "FaceChainComposeGroupPhoto")
    report |= {what: run.save_shown(result, what, f"group-{what}") for what in ("group", "overlay", "table")}
    report["template"] = run.copy([run.pictures.template], "group-template")[0]
    report["second_name"] = SECOND_NAME
    run.report.line(f"  every face most alike to its own person: {'yes' if report['all_most_alike'] else 'no'}")
    return report


@contextmanager
def _second_person(run: DemoRun, first: str) -> Iterator[None]:
    """The second person is in the host's library meanwhile."""
    models, photo = run.server.base / "models", run.input / run.pictures.second_person.name
    command: list[str | Path] = [run.python, "-m", "studio.demo_second_person"]
    environ = {**clean(), "PYTHONPATH": str(SCRIPTS)}
    log = run.server.base / "second-person.log"
    run_logged([*command, "add", models, first, photo], log, environ=environ)
    try:
        yield
    finally:
        run_logged([*command, "remove", models], log, environ=environ)


def _changed_in_left_half(run: DemoRun, before: str, after: str) -> Json:
    script = Path(__file__).with_name("demo_changed_pixels.py")
    words = [str(run.python), str(script), str(run.output / before), str(run.output / after)]
    changed, total = subprocess.run(words, env=clean(), check=True, capture_output=True, text=True).stdout.split()
    return {"changed": int(changed), "total": int(total)}

"""The demo's stages on other pictures: poses, the face laid into them, and the ranking."""

from __future__ import annotations

import json

from .cache import EXTENSION
from .demo_prompts import fusion_prompt, ranking_prompt
from .demo_run import DemoRun, Json, images_of, report_of
from .demo_tool_prompts import pose_prompt


def estimate_pose(run: DemoRun) -> Json:
    """The pose in a photo, and the example poses."""
    picture = run.pictures.portrait
    files = sorted((EXTENSION / "poses").glob("*.json"))
    poses = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    prompt = pose_prompt(picture.name, [pose["id"] for pose in poses])
    result = run.queue("Estimate a pose and draw the example poses", prompt)
    examples = [
        {"id": pose["id"], "title": pose["title"], "map": run.save_shown(result, pose["id"], f"pose-{pose['id']}")}
        for pose in poses
    ]
    return {
        "people": report_of(result, prompt, "FaceChainEstimatePose")["people"][0],
        "photo": run.copy([picture], "pose-photo")[0],
        "overlay": run.save_shown(result, "overlay", "pose-overlay"),
        "map": run.save_shown(result, "map", "pose-map"),
        "examples": examples,
    }


def fuse(run: DemoRun) -> list[Json]:
    """Per target: target, result, likeness before and after; the second is the first without its spectacles."""
    targets = run.pictures.targets
    names = [target.name for target in targets]
    prompt = fusion_prompt(run.journey, names)
    result = run.queue("Lay the face into other pictures", prompt)
    entries: list[Json] = report_of(result, prompt, "FaceChainFuseFaces")
    fused = run.save(result.outputs["fused"]["images"], "fused")
    prompt = fusion_prompt(run.journey, names[:1], spectacles="person")
    result = run.queue("The same without the picture's spectacles", prompt)
    entries += report_of(result, prompt, "FaceChainFuseFaces")
    fused += run.save(result.outputs["fused"]["images"], "fused-without-spectacles")
    originals = run.copy(targets, "target")
    shown = [*(target.shows for target in targets), f"{targets[0].shows}, spectacles painted over"]
    for entry, shows, original, file in zip(entries, shown, [*originals, originals[0]], fused, strict=True):
        entry |= {"shows": shows, "target": original, "result": file}
        run.report.line(f"  {shows}: {outcome_of(entry)}")
    first, *others, without_spectacles = entries
    return [first, without_spectacles, *others]


def outcome_of(entry: Json) -> str:
    """What became of one picture, for people."""
    if not entry["fused"]:
        return entry["note"]
    return f"likeness {entry['likeness_before']:.2f} before, {entry['likeness_after']:.2f} after"


def rank(run: DemoRun, photos: Json) -> Json:
    """Every picture with its likeness, the person's first."""
    targets, others = run.pictures.targets, run.pictures.ranking
    names = [[picture.name for picture in pictures] for pictures in (targets, others)]
    prompt = ranking_prompt(run.journey, *names, own_photos=run.pictures.own)
    result = run.queue("Rank pictures by likeness", prompt)
    ranking = report_of(result, prompt, "FaceChainRankPortraits")
    shown = [f"fused: {target.shows}" for target in targets] + [picture.shows for picture in others]
    # The node leaves out photos that cannot be decoded.
    shown += [f"photo {each['photo']}" for each in photos["photos"] if each["code"] != "unreadable"]
    for portrait in ranking["portraits"]:
        portrait["shows"] = shown[portrait["index"]]
    ranking["sheet"] = run.save(images_of(result, prompt, "FaceChainRankPortraits")[:1], "ranking")[0]
    return ranking

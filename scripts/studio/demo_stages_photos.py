"""The demo's stages on the photos: verdicts, ID photos, and crops made ready to train on."""

from __future__ import annotations

from collections.abc import Sequence

from .demo_prompts import check_prompt, preparation_prompt
from .demo_run import DemoRun, Json, images_of, report_of
from .demo_tool_prompts import id_photo_prompt
from .downloads import sha256_of
from .errors import SetupError

FEWEST_TO_TRAIN = 3


def check_photos(run: DemoRun) -> Json:
    """Verdicts, contact sheet and aligned crops. Raises SetupError if too few photos are good."""
    prompt = check_prompt(run.journey)
    result = run.queue("Check the photos", prompt)
    report = report_of(result, prompt, "FaceChainAlignFaces")
    # Of the user's photos the node leaves out repeated files; those have no words of ours.
    for entry, picture in zip(report["photos"], run.pictures.photos, strict=False):
        entry["shows"] = picture.shows
    report["sheet"] = run.save(images_of(result, prompt, "FaceChainAlignFaces")[:1], "contact-sheet")[0]
    report["crops"] = run.save(result.outputs["crops"]["images"], "crop")
    accepted, total = report["accepted"], report["total"]
    run.report.line(f"  {accepted} of {total} photos accepted")
    if accepted < FEWEST_TO_TRAIN:
        raise _too_few(report["photos"])
    return report


def make_id_photos(run: DemoRun, photos: Json) -> Json:
    """An ID photo per standard that the node knows, with print sheet, measures and remarks."""
    info = run.client.get("/object_info/FaceChainMakeIdPhoto")["FaceChainMakeIdPhoto"]
    kind, options = info["input"]["required"]["standard"][:2]
    standards: list[str] = options["options"] if kind == "COMBO" else kind
    photo = _best_photo(run, photos["photos"]) if run.pictures.own else run.pictures.portrait.name
    result = run.queue("Make ID photos", id_photo_prompt(photo, standards))
    made = []
    for standard in standards:
        (entry,) = result.outputs[standard]["facechain"][0]["id_photos"]
        pictures = {what: f"{what}-{standard}" for what in ("photo", "guide", "sheet")}
        entry |= {what: run.save_shown(result, node, f"id-{node}") for what, node in pictures.items()}
        run.report.line(f"  {standard}: head {entry['measures']['head_mm']:.1f} mm, {len(entry['remarks'])} remarks")
        made.append(entry)
    return {"source": run.save_shown(result, "source", "id-source"), "id_photos": made}


def prepare_faces(run: DemoRun) -> Json:
    """Regions, retouched skin and captions of the crops, each with its sheet."""
    prompt = preparation_prompt(run.journey)
    result = run.queue("Parse, retouch and tag the faces", prompt)
    stages = {"parsing": "FaceChainParseFaces", "retouch": "FaceChainRetouchFaces", "tags": "FaceChainTagFaces"}
    prepared = {}
    for name, class_type in stages.items():
        report = report_of(result, prompt, class_type)
        sheet = run.save(images_of(result, prompt, class_type)[:1], name)[0]
        prepared[name] = {"report": report, "sheet": sheet}
    return prepared


def _best_photo(run: DemoRun, entries: Sequence[Json]) -> str:
    """Name inside the input folder of the accepted photo with the best quality."""
    best = max((entry for entry in entries if entry["code"] == "accepted"), key=lambda entry: entry["quality"]["score"])
    names = (picture.name for picture in run.pictures.photos)
    return next(name for name in names if sha256_of(run.input / name).startswith(best["sha256"]))


def _too_few(photos: Sequence[Json]) -> SetupError:
    refused = [photo for photo in photos if photo["code"] != "accepted"]
    reasons = "\n".join(f"  photo {photo['photo']}: {photo['reason']} {photo['advice']}" for photo in refused)
    fact = f"{len(photos) - len(refused)} photos were accepted, a training needs {FEWEST_TO_TRAIN}. Add others."
    return SetupError(f"{fact}\n{reasons}")

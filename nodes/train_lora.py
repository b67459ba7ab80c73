"""Train Face LoRA: DATASET and a base checkpoint -> PERSON, in a process of its own."""

from typing import Any

from comfy_api.latest import io, ui

from ..facechain.base_families import native_side
from ..facechain.dataset import Dataset
from ..facechain.people_listing import people_listing
from ..facechain.providers.catalog import ModelHandle
from ..facechain.training.base_model import require_family
from ..facechain.training.earlier_policy import Resume
from ..facechain.training.job import CHOICES, TrainJob
from ..facechain.training.preset import DEFAULT, load_preset
from ..facechain.training.session import Follower, IfNameExists, Order, TrainedPerson, Workshop, train_person
from ..facechain.training.summary import training_picture, training_record, what_was_trained
from . import host, sockets
from .open_models import open_analyzer
from .recipe_inputs import NO_LORA
from .tensors import image_from_array
from .training_inputs import training_inputs
from .training_progress import TrainingPage


class TrainFaceLora(io.ComfyNode):
    """A person learned from a dataset."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainTrainLora",
            display_name="Train Face LoRA",
            category="FaceChain/training",
            description="Trains a face LoRA in its own process and adds the person to the library. The same settings "
            "on the same faces are trained once: a finished job returns at once, a stopped one goes on.",
            search_aliases=["facechain", "train-LoRA", "lora training", "kohya", "dreambooth"],
            inputs=training_inputs(),
            outputs=[
                sockets.Person.Output("person"),
                io.LoraModel.Output("lora"),
                io.LossMap.Output("loss_map"),
                io.Image.Output("loss_picture"),
            ],
            has_intermediate_output=True,
        )

    @classmethod
    def validate_inputs(cls, base_checkpoint: str, warm_start: str = NO_LORA) -> bool:
        """Files that were added after the page was loaded stay valid; missing ones fail with a message."""
        return True

    @classmethod
    def fingerprint_inputs(cls, **inputs: Any) -> str:
        # A deleted or damaged person must be made again, although no input changed; "train again" always trains.
        again = float("nan") if inputs.get("train_again") or inputs.get("resume") == Resume.NEVER.value else 0
        return f"{host.people_store().deletion_count()}|{_damaged_people()}|{again}"

    @classmethod
    def execute(
        cls,
        dataset: Dataset,
        base_checkpoint: str,
        train_again: bool,
        preset: str = DEFAULT,
        warm_start: str = NO_LORA,
        if_name_exists: str = IfNameExists.NEW_VERSION.value,
        resume: str = Resume.AUTO.value,
        analyzer: ModelHandle | None = None,
        **settings: Any,
    ) -> io.NodeOutput:
        page = TrainingPage(dataset)
        with page.tells_what_stops_it():
            recipe = load_preset(preset)
            base = _base(base_checkpoint, settings.pop("resolution"))  # in milliseconds; files are hashed after it
            job = TrainJob(
                **base,
                **_files(base_checkpoint, warm_start, dataset),
                **recipe.fitted(settings, dataset.count),
                output_name=dataset.person_name,
                analyzer_id=open_analyzer(analyzer, seen_by=[dataset.analyzer_id]).id,
                models_folder=host.models_folder(),
                device=host.training_device(),
            )
            wanted = Resume.NEVER if train_again else Resume(resume)
            trained = _train(Order(job, dataset, IfNameExists(if_name_exists), wanted), page)
        words = what_was_trained(trained, job, recipe, dataset.count)
        record = {**training_record(trained, job), "preset": preset, "details": words, "samples": page.samples()}
        page.finish(record)
        return _output(cls, trained, record)


def _damaged_people() -> list[str]:
    """Whoever cannot be loaded for want of a file, by slug."""
    return [person["slug"] for person in people_listing(host.people_folders())["people"] if person["problem"]]


def _files(base_checkpoint: str, warm_start: str, dataset: Dataset) -> dict[str, Any]:
    """What a job says of the files that it reads."""
    checkpoint = host.checkpoint_path(base_checkpoint)
    files = {
        "dataset_folder": dataset.folder,
        "dataset_sha256": dataset.sha256,
        "base_checkpoint": checkpoint,
        "base_sha256": host.file_sha256(checkpoint),
        "tokenizer_folder": host.tokenizer_folder(),
    }
    if warm_start == NO_LORA:
        return files
    lora = host.lora_path(warm_start)
    return {**files, "warm_start": lora, "warm_start_sha256": host.file_sha256(lora)}


def _base(base_checkpoint: str, resolution: int) -> dict[str, Any]:
    """What a job has from the family of its checkpoint; a `resolution` of 0 is the family's."""
    model = require_family(host.checkpoint_path(base_checkpoint), *CHOICES["family"])
    return {
        "family": model.family,
        "prediction": model.prediction,
        "resolution": resolution or native_side(model.family),
    }


def _train(order: Order, page: TrainingPage) -> TrainedPerson:
    script = host.EXTENSION_FOLDER / "train_worker.py"
    workshop = Workshop(host.private_folder("jobs"), script, host.python_executable())
    host.release_memory()
    page.begin(order, workshop.folder_of(order.job))
    with host.stoppable():
        trained = train_person(order, workshop, host.people_store(), Follower(page, host.is_cancelled))
    host.send_event("people_changed", {"person": trained.person.slug})
    return trained


def _output(cls: type[io.ComfyNode], trained: TrainedPerson, record: dict[str, Any]) -> io.NodeOutput:
    picture = image_from_array(training_picture(trained.result))
    page = ui.PreviewImage(picture, cls=cls).as_dict()
    page["images"] = [*page["images"], *(sample["image"] for sample in record["samples"])]
    return io.NodeOutput(
        trained.person,
        host.load_tensors(trained.result.lora),
        {"loss": [loss for _, loss in trained.result.losses]},
        picture,
        ui={**page, "facechain": [record]},
    )

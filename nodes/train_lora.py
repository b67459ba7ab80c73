"""Train Face LoRA: DATASET and a base checkpoint -> PERSON, in a process of its own."""

from typing import Any

from comfy_api.latest import io, ui

from ..facechain.dataset import Dataset
from ..facechain.loss_picture import draw_loss_picture
from ..facechain.people_listing import people_listing
from ..facechain.training.base_model import require_family
from ..facechain.training.job import TrainJob, default_steps
from ..facechain.training.session import Follower, TrainedPerson, Workshop, forget, train_person
from . import host, sockets
from .tensors import image_from_array
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
            inputs=[
                sockets.Dataset.Input("dataset", tooltip="From Build Face Dataset."),
                io.Combo.Input(
                    "base_checkpoint",
                    options=host.checkpoint_names(),
                    tooltip="SD 1.5 checkpoint (safetensors) to train on. Portraits work best with the same one.",
                ),
                io.Int.Input(
                    "steps",
                    default=0,
                    min=0,
                    max=20000,
                    tooltip="Training steps; 0 means 200 per photo, at most 800. More than 1000 overfits a few photos.",
                ),
                io.Int.Input(
                    "seed",
                    default=42,
                    min=0,
                    max=2**63 - 1,
                    control_after_generate=io.ControlAfterGenerate.fixed,
                    tooltip="Another seed trains another LoRA; keep it fixed to find a finished training again.",
                ),
                io.Int.Input(
                    "resolution",
                    default=512,
                    min=64,
                    max=1024,
                    step=64,
                    tooltip="Side of the training crops in px. 512 for SD 1.5; smaller is faster and worse.",
                ),
                io.Int.Input(
                    "lora_rank",
                    default=16,
                    min=1,
                    max=128,
                    advanced=True,
                    tooltip="Capacity of the LoRA. 16 holds a face; 4 is FaceChain's own choice.",
                ),
                io.Float.Input(
                    "lora_alpha",
                    default=8.0,
                    min=0.1,
                    max=128.0,
                    step=0.5,
                    advanced=True,
                    tooltip="The LoRA acts with alpha / rank. Half of the rank is a good start.",
                ),
                io.Float.Input(
                    "learning_rate",
                    default=1e-4,
                    min=1e-7,
                    max=1e-1,
                    step=1e-6,
                    round=False,
                    advanced=True,
                    tooltip="Size of a step. Halve it when samples look burnt, double it when nothing changes.",
                ),
                io.Int.Input(
                    "batch_size",
                    default=1,
                    min=1,
                    max=16,
                    advanced=True,
                    tooltip="Crops per step. More needs more memory and fewer steps.",
                ),
                io.Combo.Input(
                    "precision",
                    options=["auto", "fp32", "bf16", "fp16"],
                    default="auto",
                    advanced=True,
                    tooltip="auto: bf16 where the GPU has it, else fp16; fp32 on a CPU.",
                ),
                io.Boolean.Input(
                    "train_again",
                    default=False,
                    advanced=True,
                    tooltip="Throws away a finished or stopped training of these very settings and starts from step 0.",
                ),
                io.Int.Input(
                    "samples",
                    default=2,
                    min=0,
                    max=4,
                    tooltip="Portraits drawn before training and after each quarter of it, with their likeness; the "
                    "result stays the same. Each takes seconds on a GPU and minutes on a CPU; 0: none.",
                ),
            ],
            outputs=[
                sockets.Person.Output("person"),
                io.LoraModel.Output("lora"),
                io.LossMap.Output("loss_map"),
                io.Image.Output("loss_picture"),
            ],
            has_intermediate_output=True,
        )

    @classmethod
    def validate_inputs(cls, base_checkpoint: str) -> bool:
        """A checkpoint that was added after the page was loaded stays valid; a missing one fails with a message."""
        return True

    @classmethod
    def fingerprint_inputs(cls, **inputs: Any) -> str:
        # A deleted or damaged person must be made again, although no input changed; "train again" always trains.
        again = float("nan") if inputs.get("train_again") else 0
        return f"{host.people_store().deletion_count()}|{_damaged_people()}|{again}"

    @classmethod
    def execute(
        cls, dataset: Dataset, base_checkpoint: str, steps: int, train_again: bool, **settings: Any
    ) -> io.NodeOutput:
        page = TrainingPage(dataset)
        with page.tells_what_stops_it():
            checkpoint = host.checkpoint_path(base_checkpoint)
            require_family(checkpoint, "sd15")
            job = TrainJob(
                dataset_folder=dataset.folder,
                dataset_sha256=dataset.sha256,
                base_checkpoint=checkpoint,
                base_sha256=host.file_sha256(checkpoint),
                tokenizer_folder=host.tokenizer_folder(),
                output_name=dataset.person_name,
                steps=steps or default_steps(dataset.count),
                device=host.training_device(),
                **settings,
            )
            trained = _train(job, dataset, page, train_again)
        record = _record(trained, page.samples())
        page.finish(record)
        return _output(cls, trained, record)


def _damaged_people() -> list[str]:
    """Whoever cannot be loaded for want of a file, by slug."""
    return [person["slug"] for person in people_listing(host.people_folders())["people"] if person["problem"]]


def _train(job: TrainJob, dataset: Dataset, page: TrainingPage, train_again: bool) -> TrainedPerson:
    script = host.EXTENSION_FOLDER / "train_worker.py"
    workshop = Workshop(host.private_folder("jobs"), script, host.python_executable())
    if train_again:
        forget(job, workshop)
    host.release_memory()
    page.begin(job, workshop.folder_of(job))
    with host.stoppable():
        trained = train_person(job, dataset, workshop, host.people_store(), Follower(page, host.is_cancelled))
    host.send_event("people_changed", {"person": trained.person.slug})
    return trained


def _output(cls: type[io.ComfyNode], trained: TrainedPerson, record: dict[str, Any]) -> io.NodeOutput:
    result = trained.result
    course = [(0, result.baseline), *result.validations]
    picture = image_from_array(draw_loss_picture(result.losses, course, _title(trained)))
    page = ui.PreviewImage(picture, cls=cls).as_dict()
    page["images"] = [*page["images"], *(sample["image"] for sample in record["samples"])]
    return io.NodeOutput(
        trained.person,
        host.load_tensors(result.lora),
        {"loss": [loss for _, loss in result.losses]},
        picture,
        ui={**page, "facechain": [record]},
    )


def _title(trained: TrainedPerson) -> str:
    result = trained.result
    last = result.validations[-1][1] if result.validations else result.losses[-1][1]
    seen = "held-out" if result.held_out else "validation"
    return f"{result.steps} steps, {seen} loss {result.baseline:.4f} -> {last:.4f}"


def _record(trained: TrainedPerson, samples: list[dict[str, Any]]) -> dict[str, Any]:
    result = trained.result
    return {
        "person": trained.person.slug,
        "message": _message(trained),
        "steps": result.steps,
        "stopped_early": result.stopped_early,
        "seconds": round(result.seconds, 1),
        "device": result.device,
        "precision": result.precision,
        "validation_before": result.baseline,
        "validations": [list(point) for point in result.validations],
        "losses": [list(point) for point in result.losses],
        "samples": samples,
        "lora_sha256": result.lora_sha256,
        "was_finished": trained.was_finished,
    }


def _message(trained: TrainedPerson) -> str:
    if trained.was_finished:
        return "This training had ended before; nothing was trained again."
    if trained.result.stopped_early:
        return f"Training was stopped after {trained.result.steps} steps, and the person is kept."
    return "Training is complete."

"""The narrow view that our nodes have of ComfyUI: folders, progress and cancel, memory, LoRAs, events.

Only this file touches `folder_paths`, `comfy.model_management` and the server, so that a change of the
host is mended here, and no node can reach a folder outside those named below.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import comfy.lora
import comfy.model_management
import comfy.model_patcher
import comfy.sd
import comfy.supported_models
import comfy.utils
import folder_paths
from comfy_execution.utils import get_executing_context
from server import PromptServer

from ..facechain.errors import (
    Cancelled,
    InvalidSetting,
    NoPhotos,
    StyleNotFound,
    WrongBaseModel,
)
from ..facechain.file_hashes import FileHashes
from ..facechain.lora_fit import ModelPlaces, require_fit
from ..facechain.lora_names import kohya_name, peft_alphas
from ..facechain.people import Person
from ..facechain.people_listing import PeopleFolders
from ..facechain.people_store import PeopleStore
from ..facechain.providers.catalog import AUTO, ModelHandle
from ..facechain.providers.model_entry import Role
from ..facechain.providers.model_files import ModelLocations
from ..facechain.safetensors_header import read_header

EXTENSION_FOLDER = Path(__file__).resolve().parent.parent

Interruption = comfy.model_management.InterruptProcessingException
"""Leaves a node that was stopped. A BaseException: `except Exception` does not see it."""


_SHARED_FOLDERS = ("insightface", "facerestore_models", "wd14_tagger", "face_parsing", "hyperswap", "reswapper")
"""Folders of models that other extensions use too, and that a user may have moved by the host's settings."""


class NodeProgress:
    """The progress bar of the node that runs now."""

    def __init__(self) -> None:
        self._bar: comfy.utils.ProgressBar | None = None

    def step(self, done: int, total: int) -> None:
        """The bar stands at `done` of `total`. Raises the host's interruption when stop was pressed."""
        comfy.model_management.throw_exception_if_processing_interrupted()
        bar = self._bar = self._bar or comfy.utils.ProgressBar(total)
        bar.update_absolute(done, total)


class HostLease:
    """Compute device of the host; the module is evicted by the host like any of its own models."""

    def __init__(self) -> None:
        self._patchers: dict[int, Any] = {}
        self.has_lent = False

    def borrow(self, bytes: int) -> str:
        """ "cuda", with room made for `bytes`, when the host uses an NVIDIA GPU, else "cpu"."""
        device = comfy.model_management.get_torch_device()
        if device.type != "cuda":
            return "cpu"
        comfy.model_management.free_memory(bytes, device)
        self.has_lent = True
        return "cuda"

    @contextmanager
    def hold(self, module: Any) -> Iterator[Any]:
        """`module` is on the device while the block runs."""
        patcher = self._patchers.get(id(module))
        if patcher is None:
            patcher = self._patchers[id(module)] = comfy.model_patcher.CoreModelPatcher(
                module,
                load_device=comfy.model_management.get_torch_device(),
                offload_device=comfy.model_management.unet_offload_device(),
                size=comfy.model_management.module_size(module),
            )
        comfy.model_management.load_model_gpu(patcher)
        yield patcher.load_device


def is_cancelled() -> bool:
    """True once stop was pressed for the running prompt."""
    return comfy.model_management.processing_interrupted()


@contextmanager
def stoppable() -> Iterator[None]:
    """Our `Cancelled` leaves the block as the interruption that the host expects of a stopped node."""
    try:
        yield
    except Cancelled as error:
        raise Interruption from error


def running_node() -> str | None:
    """Unique id of the node that runs now; None outside of a prompt."""
    context = get_executing_context()
    return context.node_id if context else None


def show_text(text: str) -> None:
    """`text` stands on the node that runs now."""
    if (node := running_node()) is not None:
        PromptServer.instance.send_progress_text(text, node)


def send_event(topic: str, data: dict[str, Any]) -> None:
    """Our pages receive `data` as the event `facechain.<topic>`."""
    PromptServer.instance.send_sync(f"facechain.{topic}", data)


def placed(tensor: Any) -> Any:
    """`tensor` on the device and in the dtype that the host wants between nodes."""
    device, dtype = comfy.model_management.intermediate_device(), comfy.model_management.intermediate_dtype()
    return tensor.to(device=device, dtype=dtype)


def release_memory() -> None:
    """The host's models have left the compute device, so that another process can use it."""
    comfy.model_management.unload_all_models()
    comfy.model_management.soft_empty_cache()


def training_device() -> str:
    """Device name for the training job: "cpu" or "cuda" as the host uses it, else "auto"."""
    name = comfy.model_management.get_torch_device().type
    return name if name in ("cpu", "cuda") else "auto"


def python_executable() -> str:
    """The interpreter that runs the host; it has our requirements."""
    return sys.executable


def models_folder() -> Path:
    """Root of the host's models."""
    return Path(folder_paths.models_dir)


def private_folder(name: str) -> Path:
    """Folder of ours that no request can read, for jobs and datasets. Created when it is missing."""
    folder = Path(folder_paths.get_system_user_directory("facechain")) / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def routes() -> Any:
    """The table of HTTP routes that the server serves; an aiohttp `RouteTableDef`. Add before the server starts."""
    return PromptServer.instance.routes


def temporary_folder() -> Path:
    """Folder of ours that the host empties when it starts. Created when it is missing."""
    folder = Path(folder_paths.get_temp_directory()) / "facechain"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def style_folders() -> list[Path]:
    """Where styles are, the user's own first."""
    return [models_folder() / "facechain" / "styles", EXTENSION_FOLDER / "styles"]


def pose_folders() -> list[Path]:
    """Where example poses are, the user's own first."""
    return [models_folder() / "facechain" / "poses", EXTENSION_FOLDER / "poses"]


def input_folders() -> list[str]:
    """Names of the subfolders of the host's input folder that a person made."""
    return [name for name in sorted(folder_paths.get_input_subfolders()) if not name.startswith(".")]


def input_path(name: str) -> Path:
    """Absolute path of `name` below the host's input folder.

    Raises NoPhotos if it leaves that folder.
    """
    root = folder_paths.get_input_directory()
    # No system takes a zero character in a name, and Python's error for it says nothing.
    path = (Path(root) / name.replace("\0", "�")).resolve()
    if not folder_paths.is_within_directory(root, str(path)):
        raise NoPhotos("A photo lies outside ComfyUI's input folder. Upload it in the node.")
    return path


def model_handle(role: Role, id: str = AUTO) -> ModelHandle:
    """A model of this installation, not loaded yet."""
    return ModelHandle(role, id, model_locations())


def model_locations() -> ModelLocations:
    """Where model files may lie: the host's models folder, and what its settings say of further ones."""
    registered = tuple(
        (name, tuple(Path(folder) for folder in folder_paths.get_folder_paths(name)))
        for name in _SHARED_FOLDERS
        if name in folder_paths.folder_names_and_paths
    )
    return ModelLocations(models_folder(), registered, private_folder("cache") / "hashes.json")


def people_folders() -> PeopleFolders:
    """Where the people library of this installation is."""
    return PeopleFolders(models_folder() / "facechain" / "people", people_loras_folder())


def people_store() -> PeopleStore:
    """The people library of this installation."""
    folders = people_folders()
    return PeopleStore(folders.people, folders.loras)


def checkpoint_names() -> list[str]:
    """Base checkpoints that the host lists."""
    return folder_paths.get_filename_list("checkpoints")


def checkpoint_path(name: str) -> Path:
    """File of a listed checkpoint.

    Raises WrongBaseModel if the host has no such file.
    """
    path = folder_paths.get_full_path("checkpoints", name)
    if path is None:
        raise WrongBaseModel(f'Checkpoint "{name}" is not in models/checkpoints. Put it there or choose another.')
    return Path(path)


def person_checkpoint(person: Person | None) -> Path:
    """File of the checkpoint that `person` was trained on, found by its content.

    Raises InvalidSetting without a person, WrongBaseModel if no listed checkpoint is that one.
    """
    if person is None:
        raise InvalidSetting("No person is connected to say which checkpoint. Connect one, or choose a checkpoint.")
    files = [checkpoint_path(name) for name in checkpoint_names()]
    file = _file_hashes().find(person.base_sha256, files, NodeProgress())
    if file is None:
        raise WrongBaseModel(
            f'The checkpoint that "{person.slug}" was trained on (sha256 {person.base_sha256[:8]}…) is not in '
            "models/checkpoints. Put it there, or choose another one of its family in Load Base Checkpoint."
        )
    return file


def load_checkpoint(path: Path) -> tuple[Any, Any, Any]:
    """MODEL, CLIP and VAE of a checkpoint file, loaded the host's way."""
    embeddings = folder_paths.get_folder_paths("embeddings")
    return comfy.sd.load_checkpoint_guess_config(str(path), embedding_directory=embeddings)[:3]


def lora_names() -> list[str]:
    """LoRA files that the stock loader lists."""
    return folder_paths.get_filename_list("loras")


def lora_path(name: str) -> Path:
    """File of a listed LoRA.

    Raises StyleNotFound if the host has no such file.
    """
    path = folder_paths.get_full_path("loras", name)
    if path is None:
        raise StyleNotFound(f'LoRA "{name}" is not in models/loras. Put it there or choose another.')
    return Path(path)


def lora_folders() -> list[Path]:
    """Folders that the stock LoRA loader reads, first one first."""
    return [Path(folder) for folder in folder_paths.get_folder_paths("loras")]


def people_loras_folder() -> Path:
    """Folder that the stock LoRA loader lists as `facechain/...`."""
    return lora_folders()[0] / "facechain"


def tokenizer_folder() -> Path:
    """CLIP-L vocabulary that the host ships."""
    return Path(comfy.sd.__file__).parent / "sd1_tokenizer"


def file_sha256(path: Path) -> str:
    """sha256 of a file, remembered by size and time of change: checkpoints take seconds to read."""
    return _file_hashes().sha256(path)


def _file_hashes() -> FileHashes:
    return FileHashes(private_folder("cache") / "hashes.json")


def base_family(model: Any) -> str:
    """Family of a connected MODEL: "sd15", "sdxl", or the host's own class name in lower case."""
    config = model.model.model_config
    families = {comfy.supported_models.SD15: "sd15", comfy.supported_models.SDXL: "sdxl"}
    return families.get(type(config), type(config).__name__.lower())


def apply_lora(model: Any, clip: Any, path: Path, strength: float) -> tuple[Any, Any]:
    """MODEL and CLIP with the LoRA at `path` patched the host's way; the given ones stay as they are.

    Raises UnreadableCheckpoint if the file is damaged or a pickle, WrongBaseModel if a layer of it fits neither.
    """
    read_header(path)  # the host's own errors name neither the file nor what to do
    file, metadata = comfy.utils.load_torch_file(str(path), safe_load=True, return_metadata=True)
    lora = {kohya_name(name): tensor for name, tensor in file.items()}
    for layer, alpha in peft_alphas(file, metadata or {}).items():
        lora[f"{layer}.alpha"] = lora[f"{layer}.lora_down.weight"].float().new_tensor(alpha)
    require_fit(path.name, {name: tuple(tensor.shape) for name, tensor in lora.items()}, _lora_places(model, clip))
    return comfy.sd.load_lora_for_models(model, clip, lora, strength, strength, metadata)


def _lora_places(model: Any, clip: Any) -> ModelPlaces:
    keys = comfy.lora.model_lora_keys_unet(model.model, {})
    keys = comfy.lora.model_lora_keys_clip(clip.cond_stage_model, keys)
    weights = {**model.model.state_dict(), **clip.cond_stage_model.state_dict()}
    shapes: dict[str, tuple[int, ...] | None] = {}
    for layer, key in keys.items():
        if not isinstance(key, str):
            shapes[layer] = None  # a part of a weight, as in models that keep q, k and v together
        elif key in weights:
            shapes[layer] = tuple(weights[key].shape)
    return ModelPlaces(base_family(model), shapes)


def load_tensors(path: Path) -> dict[str, Any]:
    """Tensors of a safetensors file by name."""
    return comfy.utils.load_torch_file(str(path), safe_load=True)

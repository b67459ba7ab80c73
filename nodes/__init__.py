"""The nodes, in the order in which a portrait comes about."""

from comfy_api.latest import ComfyExtension, io

from .align_faces import AlignFaces
from .apply_person_style import ApplyPersonStyle
from .build_dataset import BuildFaceDataset
from .fuse_faces import FuseFaces
from .load_analyzer import LoadFaceAnalyzer
from .load_base_checkpoint import LoadBaseCheckpoint
from .load_person import LoadPerson
from .load_photos import LoadPortraitPhotos
from .load_style_lora import LoadStyleLora
from .rank_portraits import RankPortraits
from .select_style import SelectStyle
from .train_lora import TrainFaceLora


class FaceChainExtension(ComfyExtension):
    """All nodes of this extension."""

    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        """The classes that ComfyUI registers."""
        return [
            LoadPortraitPhotos,
            LoadFaceAnalyzer,
            AlignFaces,
            BuildFaceDataset,
            TrainFaceLora,
            LoadPerson,
            LoadBaseCheckpoint,
            SelectStyle,
            LoadStyleLora,
            ApplyPersonStyle,
            FuseFaces,
            RankPortraits,
        ]

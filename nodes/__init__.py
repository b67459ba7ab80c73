"""The nodes, in the order in which a portrait comes about."""

from comfy_api.latest import ComfyExtension, io

from . import host
from .adopt_person import AdoptPerson
from .align_faces import AlignFaces
from .apply_person_style import ApplyPersonStyle
from .assign_face import AssignFace
from .build_dataset import BuildFaceDataset
from .check_models import CheckModels
from .compose_group_photo import ComposeGroupPhoto
from .crop_face_region import CropFaceRegion
from .estimate_pose import EstimatePose
from .fuse_faces import FuseFaces
from .load_analyzer import LoadFaceAnalyzer
from .load_base_checkpoint import LoadBaseCheckpoint
from .load_model import LoadFaceModel
from .load_person import LoadPerson
from .load_photos import LoadPortraitPhotos
from .load_style_lora import LoadStyleLora
from .make_id_photo import MakeIdPhoto
from .parse_faces import ParseFaces
from .paste_face_back import PasteFaceBack
from .paste_face_region import PasteFaceRegion
from .people_routes import register_people_routes
from .rank_portraits import RankPortraits
from .retouch_faces import RetouchFaces
from .routes import register_routes
from .save_style import SaveStyle
from .select_pose import SelectPose
from .select_style import SelectStyle
from .style_routes import register_style_routes
from .tag_faces import TagFaces
from .train_lora import TrainFaceLora


class FaceChainExtension(ComfyExtension):
    """All nodes of this extension."""

    async def on_load(self) -> None:
        """The routes are in the server's table before it starts."""
        register_routes(host.routes())
        register_people_routes(host.routes())
        register_style_routes(host.routes())

    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        """The classes that ComfyUI registers."""
        return [
            LoadPortraitPhotos,
            LoadFaceAnalyzer,
            AlignFaces,
            ParseFaces,
            RetouchFaces,
            PasteFaceBack,
            TagFaces,
            MakeIdPhoto,
            BuildFaceDataset,
            TrainFaceLora,
            LoadPerson,
            AdoptPerson,
            LoadBaseCheckpoint,
            SelectStyle,
            LoadStyleLora,
            SaveStyle,
            ApplyPersonStyle,
            SelectPose,
            EstimatePose,
            FuseFaces,
            RankPortraits,
            CropFaceRegion,
            PasteFaceRegion,
            AssignFace,
            ComposeGroupPhoto,
            LoadFaceModel,
            CheckModels,
        ]

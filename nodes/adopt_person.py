"""Adopt Person: a face LoRA from elsewhere and photos -> PERSON in the library."""

from comfy_api.latest import io

from ..facechain.adopted_person import PersonWords, adopt_person
from ..facechain.faces import FaceSet
from ..facechain.people import SUBJECTS, Subject
from ..facechain.training.base_model import require_family
from . import host, sockets


class AdoptPerson(io.ComfyNode):
    """A person who was trained elsewhere."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainAdoptPerson",
            display_name="Adopt Person",
            category="FaceChain/people",
            description="Makes a person of a face LoRA that was trained elsewhere (kohya, diffusers, FaceChain) and of "
            "photos that say who it is. The person can then be chosen in Load Person.",
            search_aliases=["facechain", "import lora", "adopt lora", "face lora"],
            inputs=[
                sockets.Faces.Input("faces", tooltip="From Align Faces: the person's photos, for fusion and ranking."),
                io.Combo.Input(
                    "lora",
                    options=host.lora_names(),
                    tooltip="The face LoRA (safetensors) in models/loras. Its family is read from it.",
                ),
                io.String.Input(
                    "person_name",
                    default="person1",
                    tooltip="Shown in Load Person. A person of the same name is replaced.",
                ),
                io.String.Input(
                    "trigger_word",
                    default="",
                    tooltip="The word that the LoRA was trained with; empty: the file says it.",
                ),
                io.Combo.Input(
                    "subject",
                    options=list(SUBJECTS),
                    default="person",
                    tooltip="What prompts call the person. No model guesses it; you say it.",
                ),
                io.Combo.Input(
                    "base_checkpoint",
                    options=host.checkpoint_names(),
                    tooltip="The checkpoint that the LoRA was trained on, or the one to draw with.",
                ),
            ],
            outputs=[sockets.Person.Output("person")],
        )

    @classmethod
    def validate_inputs(cls, lora: str, base_checkpoint: str) -> bool:
        """Files that were added after the page was loaded stay valid; missing ones fail with a message."""
        return True

    @classmethod
    def fingerprint_inputs(cls, lora: str, **_words: object) -> str:
        return f"{host.file_sha256(host.lora_path(lora))}|{host.people_store().deletion_count()}"

    @classmethod
    def execute(
        cls, faces: FaceSet, lora: str, person_name: str, trigger_word: str, subject: Subject, base_checkpoint: str
    ) -> io.NodeOutput:
        checkpoint = host.checkpoint_path(base_checkpoint)
        words = PersonWords(person_name, trigger_word, subject)
        person = adopt_person(host.lora_path(lora), faces, words, host.file_sha256(checkpoint))
        require_family(checkpoint, person.base_family)
        saved = host.people_store().save_person(person)
        host.send_event("people_changed", {"person": saved.slug})
        return io.NodeOutput(saved)

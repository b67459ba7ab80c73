"""Load Person: name -> PERSON."""

from comfy_api.latest import io

from . import host, sockets


class LoadPerson(io.ComfyNode):
    """A person from this installation."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainLoadPerson",
            display_name="Load Person",
            category="FaceChain/people",
            description="Loads a trained person: face LoRA, trigger word and reference faces.",
            search_aliases=["facechain", "load face lora", "character"],
            inputs=[
                io.Combo.Input(
                    "person",
                    options=[entry.slug for entry in host.people_store().list_people()],
                    tooltip="People appear here after Train Face LoRA. A name that is still in training is fine.",
                ),
            ],
            outputs=[sockets.Person.Output("loaded_person", display_name="person")],
        )

    @classmethod
    def validate_inputs(cls, person: str) -> bool:
        """A person who is trained after the page was loaded stays valid; an unknown one fails with a message."""
        return True

    @classmethod
    def fingerprint_inputs(cls, person: str) -> str:
        store = host.people_store()
        # Loading notices missing and damaged files, which the record cannot tell: then the node runs and says so.
        return f"{store.fingerprint(person)}|{store.load_person(person).lora_sha256}"

    @classmethod
    def execute(cls, person: str) -> io.NodeOutput:
        return io.NodeOutput(host.people_store().load_person(person))

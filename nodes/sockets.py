"""The links between our nodes. What travels on them is immutable and has a repr without personal data."""

from comfy_api.latest import io

Photos = io.Custom("FACECHAIN_PHOTOS")
"""PhotoSet."""
Analyzer = io.Custom("FACECHAIN_ANALYZER")
"""ModelHandle of a face analyzer."""
Model = io.Custom("FACECHAIN_MODEL")
"""ModelHandle of any other role; the node that takes it says which."""
Faces = io.Custom("FACECHAIN_FACES")
"""FaceSet."""
Dataset = io.Custom("FACECHAIN_DATASET")
"""Dataset."""
Person = io.Custom("FACECHAIN_PERSON")
"""Person."""
Style = io.Custom("FACECHAIN_STYLE")
"""Style."""
Region = io.Custom("FACECHAIN_REGION")
"""TemplateRegion."""
Assignments = io.Custom("FACECHAIN_ASSIGNMENTS")
"""tuple of Assignment."""

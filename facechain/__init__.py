"""FaceChain without a host: values and algorithms (this folder), models (`providers`), training (`training`).

Nothing here imports ComfyUI. Paths, devices, progress and cancellation come in as arguments.
"""

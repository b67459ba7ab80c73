"""What ComfyUI only logs when it cannot place a tensor of a LoRA."""

import logging


class Complaints(logging.Handler):
    """Keeps the lines with "lora key not loaded" and "NOT LOADED"."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        text = record.getMessage()
        if "not loaded" in text.lower():
            self.lines.append(text)

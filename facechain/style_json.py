"""A style as the bytes of its file, which reads back as the same style."""

from __future__ import annotations

import json
from typing import Any

from .errors import InvalidSetting
from .style_file import MOST_BYTES, SCHEMA, Style, style_problems


def style_json(style: Style) -> bytes:
    """UTF-8 text of `style` as `read_style` takes it; what only this machine knows of its LoRA is left out.

    Raises InvalidSetting with all that no style file may hold.
    """
    fields = _fields(style)
    if problems := style_problems(fields):
        raise InvalidSetting(f'Style "{style.id}" cannot be saved: {"; ".join(problems)}. Change that and try again.')
    content = (json.dumps(fields, ensure_ascii=False, indent=2) + "\n").encode()
    if len(content) > MOST_BYTES:
        raise InvalidSetting(
            f'Style "{style.id}" has {len(content):,} bytes, a style file at most {MOST_BYTES:,}. Shorten its words.'
        )
    return content


def _fields(style: Style) -> dict[str, Any]:
    """In the order in which the bundled files have them."""
    lora = style.lora
    return {
        "schema": SCHEMA,
        "id": style.id,
        "title": {"en": style.title.en, "zh": style.title.zh},
        "base_family": style.base_family,
        "recommended_checkpoint": style.recommended_checkpoint,
        "lora": lora and {"file": lora.file, "source": lora.source, "sha256": lora.sha256, "licence": lora.licence},
        "style_strength": style.style_strength,
        "face_strength": style.face_strength,
        "prompt": style.prompt,
        "negative_prompt": style.negative_prompt,
        "trigger_tokens": list(style.trigger_tokens),
        "tags": list(style.tags),
        "preview": style.preview,
    }

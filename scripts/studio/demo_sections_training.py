"""The page's section about the training."""

from __future__ import annotations

from .demo_html import Html, facts, figure, meter, tag
from .demo_section import Json, Section


def training(report: Json) -> Section:
    """Record, loss picture, sample portraits, LoRA file."""
    record = report["training"]
    kind = "on a crop that was never trained on" if record["held_out"] else "on the crops, with fixed noise"
    content = (
        tag(
            "p",
            "The crops and captions teach the drawing model this one face, as a small extra file: a face LoRA. "
            f"{record['message']} The loss before and after is measured {kind}; lower is better.",
        ),
        tag(
            "div",
            figure(record["loss_picture"], "Loss per step", "The node's own picture"),
            tag("div", tag("h3", "Record"), _record(record)),
            tag("div", tag("h3", "The LoRA file"), _lora(record["lora"])),
            class_="halves",
        ),
        *_samples(record["samples"], record["chosen"]["why"]),
    )
    return Section("Training", "训练", "01-train-person", content)


def _samples(samples: list[Json], chosen: str) -> tuple[Html, ...]:
    if not samples:
        return ()
    shown = (
        figure(
            sample["picture"],
            f"Sample portrait, {sample['prompt']}",
            f"step {sample['step']}",
            meter("likeness", sample["likeness"]),
        )
        for sample in samples
    )
    return (
        tag("h3", "Sample portraits"),
        tag("p", f"Drawn meanwhile with the same seeds, so that one sees what the training changes. {chosen}"),
        tag("div", *shown, class_="grid"),
    )


def _record(record: Json) -> Html:
    settings = record["settings"]
    earlier = " (in an earlier run)" if record["was_finished"] else ""
    return facts(
        [
            ("Steps", f"{record['steps']} at {settings['resolution']} px, batch {settings['batch_size']}"),
            ("Learning rate", f"{settings['learning_rate']:g}"),
            ("Loss before", f"{record['validation_before']:.4f}"),
            ("Loss after", f"{last_loss(record):.4f}"),
            ("Time in steps", duration(record["seconds"]) + earlier),
            ("Device", f"{record['device']}, {record['precision']}"),
        ]
    )


def _lora(lora: Json) -> Html:
    return facts(
        [
            ("File", lora["name"]),
            ("Size", f"{lora['bytes'] / 1e6:.2f} MB, {lora['tensors']} tensors"),
            ("Trigger phrase", lora["trigger"]),
            ("Rank, alpha", f"{lora['rank']}, {lora['alpha']}"),
            ("Base", lora["base"]),
            ("sha256", tag("code", lora["sha256"])),
        ]
    )


def last_loss(training: Json) -> float:
    """The last validation loss, else the last step's."""
    return (training["validations"] or training["losses"])[-1][1]


def loss_name(training: Json) -> str:
    """What the loss was measured on."""
    return "held-out loss" if training["held_out"] else "validation loss"


def duration(seconds: float) -> str:
    """For people."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.1f} min"

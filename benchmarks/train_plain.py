"""Steps of the usual loop with diffusers and peft: LoRA in float32 under autocast, AdamW weight by weight.

python train_plain.py SETTING.json            latents and texts encoded once, steps timed
python train_plain.py SETTING.json LORA_FILE  VAE and text encoder in every step, as the examples have it; LoRA saved

The models are loaded as ours are, so that nothing but the loop differs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from diffusers import DDPMScheduler
from peft import LoraConfig, get_peft_model_state_dict
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn
from train_setting import ALPHA, LEARNING_RATE, RANK, Setting, Steps, setting_of

from facechain.training.families import sd15
from facechain.training.targets import KOHYA

Example = Callable[[int], tuple[Tensor, Tensor]]
"""Latents (1, 4, H, W) and encoded caption (1, 77, 768) of a photo."""


class PlainLoop:
    """One training."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.unet = sd15.load_unet(Path(setting.checkpoint), torch.bfloat16)
        self.unet.add_adapter(
            LoraConfig(r=RANK, lora_alpha=ALPHA, init_lora_weights="gaussian", target_modules=list(KOHYA))
        )
        self.weights = [weight for weight in self.unet.parameters() if weight.requires_grad]
        for weight in self.weights:
            weight.data = weight.data.float()
        self.optimizer = torch.optim.AdamW(self.weights, lr=LEARNING_RATE, weight_decay=1e-2, foreach=False)
        self.noising = DDPMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")

    def step(self, example: Example) -> float:
        """The loss."""
        chosen = torch.randint(len(self.setting.captions), (self.setting.batch,)).tolist()
        latents, texts = (torch.cat(parts) for parts in zip(*map(example, chosen), strict=True))
        noise = torch.randn_like(latents)
        timesteps = torch.randint(0, 1000, (len(latents),))
        noisy = self.noising.add_noise(latents, noise, timesteps)
        with torch.autocast("cpu", torch.bfloat16):
            predicted = self.unet(noisy, timesteps, encoder_hidden_states=texts).sample
            loss = nn.functional.mse_loss(predicted.float(), noise.float())
        loss.backward()
        nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return loss.item()

    def save(self, file: Path) -> None:
        """Write the LoRA, as the examples do."""
        save_file({name: weight.contiguous() for name, weight in get_peft_model_state_dict(self.unet).items()}, file)


def encoding(setting: Setting) -> Example:
    """Encodes a photo and its caption whenever it is asked for."""
    vae = sd15.load_vae(Path(setting.checkpoint))
    nn.Module.to(vae, torch.bfloat16)  # diffusers' own method warns of nothing
    encoder = sd15.load_text_encoders(Path(setting.checkpoint), setting.tokenizer)
    encoder.modules["te"].to(torch.bfloat16)

    @torch.no_grad()
    def example(number: int) -> tuple[Tensor, Tensor]:
        with Image.open(setting.photos / f"{number}.png") as photo:
            pixels = torch.from_numpy(np.array(photo)).permute(2, 0, 1)[None] / 127.5 - 1
        latents = vae.encode(pixels.bfloat16()).latent_dist.sample().float() * sd15.LATENT_SCALE
        return latents, encoder([setting.captions[number]]).tokens

    return example


def encoded_once(setting: Setting) -> Example:
    """The same, out of memory."""
    example = encoding(setting)
    return [example(number) for number in range(len(setting.captions))].__getitem__


def main() -> None:
    """Prints a line of JSON, or writes a LoRA."""
    torch.manual_seed(0)
    setting, steps = setting_of(sys.argv[1]), Steps()
    example = encoding(setting) if sys.argv[2:] else encoded_once(setting)
    loop = PlainLoop(setting)
    for _ in range(setting.warm_up + setting.steps):
        loop.step(example)
        steps.mark()
    if sys.argv[2:]:
        loop.save(Path(sys.argv[2]))
    else:
        steps.print_result(setting)


if __name__ == "__main__":
    main()

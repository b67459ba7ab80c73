"""One step of the trainer against kohya's formulas, written anew in float64 from the published maths.

Noise prediction: Ho et al. 2020, eq. 14. Velocity: Salimans and Ho 2022. Weights of timesteps: Hang et al. 2023.
LoRA: Hu et al. 2021, W + alpha / rank * up @ down.
"""

import math
from dataclasses import replace

import pytest
import torch
from torch.func import functional_call

from facechain.training.device import make_accelerator
from facechain.training.draws import sample_at, training_draw
from facechain.training.families import sd15
from facechain.training.gradients import Gradients
from facechain.training.latents import build_cache
from facechain.training.model import LearningModel
from facechain.training.objective import Objective
from facechain.training.samples import read_manifest
from facechain.training.schedule import signal_shares

STEP = 5


def signal_shares_by_hand():
    """The product of 1 - beta over 1000 steps, in plain Python."""
    first, last = math.sqrt(0.00085), math.sqrt(0.012)
    shares, product = [], 1.0
    for step in range(1000):
        product *= 1 - (first + (last - first) * step / 999) ** 2
        shares.append(product)
    return shares


class Lesson:
    """Everything that one step is made of, shared by both sides."""

    def __init__(self, job):
        self.job = job
        self.manifest = read_manifest(job.dataset_folder)
        self.cache = build_cache(job, self.manifest, torch.device("cpu"), lambda index: None)
        self.model = LearningModel(job, self.manifest, self.cache, "fp32")
        source = torch.Generator().manual_seed(11)  # up is zero at the start, and then down has no gradient
        noise = {n: torch.randn(w.shape, generator=source) * 0.05 for n, w in self.model.adapter.weights.items()}
        self.model.adapter.assign(noise)

    def trainers_answer(self):
        """Loss and gradients by name."""
        accelerator = make_accelerator(self.job, "fp32")
        objective = Objective(self.job, self.cache, self.manifest.trained, signal_shares(), self.model.encode)
        loss = Gradients(self.job, self.model, objective, accelerator, lambda event: None).of_step(STEP)
        return loss.double(), {name: weight.grad.double() for name, weight in self.model.adapter.weights.items()}

    def answer_by_formula(self):
        """The same in float64, with the LoRA added to the weights of the plain model."""
        unet = sd15.load_unet(self.job.base_checkpoint, torch.float64)
        values = {n: w.detach().double().requires_grad_() for n, w in self.model.adapter.weights.items()}
        weights = self._with_lora(unet, values)
        places = [self._place(slot) for slot in range(self.job.batch_size)]
        loss = sum(self._loss(unet, weights, *place) for place in places) / len(places)
        grads = torch.autograd.grad(loss, list(values.values()))
        return loss.detach(), dict(zip(values, grads, strict=True))

    def _with_lora(self, unet, values):
        scale = self.job.lora_alpha / self.job.lora_rank
        weights = {name: parameter.detach() for name, parameter in unet.named_parameters()}
        for name in {name.rpartition(".")[0] for name in values}:
            layer = name.removeprefix("unet.") + ".weight"
            added = values[f"{name}.up"].flatten(1) @ values[f"{name}.down"].flatten(1)
            weights[layer] = weights[layer] + scale * added.reshape(weights[layer].shape)
        return weights

    def _place(self, slot):
        index = sample_at(self.manifest.trained, self.job.seed, STEP * self.job.batch_size + slot)
        return index, training_draw(self.job, STEP, slot, self.cache.mean.shape[1:])

    def _loss(self, unet, weights, index, draw):
        share = signal_shares_by_hand()[draw.timestep]
        mean, deviation = self.cache.mean[index].double(), self.cache.deviation[index].double()
        noise, latents = draw.noise.double(), mean + deviation * draw.latent_noise.double()
        noisy = math.sqrt(share) * latents + math.sqrt(1 - share) * noise
        ratio, velocity = share / (1 - share), self.job.prediction == "v_prediction"
        target = math.sqrt(share) * noise - math.sqrt(1 - share) * latents if velocity else noise
        importance = min(ratio, self.job.min_snr_gamma) / (ratio + 1 if velocity else ratio)
        text = self.cache.captions([index]).tokens.double()
        arguments = (noisy[None], torch.tensor([draw.timestep]))
        answer = functional_call(unet, weights, arguments, {"encoder_hidden_states": text}).sample[0]
        return importance * ((answer - target) ** 2 * self.cache.weight[index].double()).mean()


@pytest.mark.parametrize(
    "changes",
    [{}, {"prediction": "v_prediction"}, {"noise_offset": 0.1}, {"lora_targets": "kohya_conv"}],
    ids=["noise", "velocity", "noise offset", "convolutions"],
)
def test_loss_and_gradients_of_a_step_are_those_of_the_formulas(tiny_job, changes):
    lesson = Lesson(replace(tiny_job, batch_size=3, min_snr_gamma=1.0, **changes))
    loss, grads = lesson.trainers_answer()
    expected_loss, expected = lesson.answer_by_formula()
    assert loss.item() == pytest.approx(expected_loss.item(), rel=1e-5)
    apart = math.sqrt(sum(float((grads[name] - value).square().sum()) for name, value in expected.items()))
    size = math.sqrt(sum(float(value.square().sum()) for value in expected.values()))
    assert apart <= 1e-4 * size  # float32 against float64


def test_the_formulas_would_tell_a_wrong_alpha(tiny_job):
    lesson = Lesson(replace(tiny_job, batch_size=1))
    _, grads = lesson.trainers_answer()
    lesson.job = replace(lesson.job, lora_alpha=lesson.job.lora_alpha * 1.01)
    _, expected = lesson.answer_by_formula()
    assert any((grads[name] - value).norm() > 1e-3 * value.norm() for name, value in expected.items())

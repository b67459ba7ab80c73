"""Which layers of a base model learn, by the ends of their names."""

from __future__ import annotations

ATTENTION = ("to_q", "to_k", "to_v", "to_out.0")
"""The projections of attention, as FaceChain trains them."""
KOHYA = (*ATTENTION, "proj_in", "proj_out", "ff.net.0.proj", "ff.net.2")
"""Every Linear and 1x1 convolution inside the U-Net's transformers, as kohya's networks.lora has it."""
KOHYA_CONV = (*KOHYA, "conv1", "conv2", "conv_shortcut", "time_emb_proj", "conv")
"""And everything in the residual blocks and between the levels: what kohya trains with `conv_dim`."""
UNET_TARGETS = {"attention": ATTENTION, "kohya": KOHYA, "kohya_conv": KOHYA_CONV}
"""By the job's `lora_targets`."""
TEXT_TARGETS = ("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2")
"""Every Linear of CLIP's attention and of the layers behind it, as kohya has it."""

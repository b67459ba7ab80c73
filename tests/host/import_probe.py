"""Loads the extension as the host does, and prints what that did as JSON: node ids, new modules, processor time.

Started with ComfyUI on PYTHONPATH; the first argument is the extension's folder, the second the name
under which the host would see it, the third an empty folder for bytecode.
"""

import asyncio
import compileall
import importlib.util
import json
import sys
import time

extension, name, bytecode = sys.argv[1:4]
sys.argv[1:] = ["--cpu"]  # what ComfyUI reads when it is imported

import comfy.options  # noqa: E402

comfy.options.enable_args_parsing()
import server  # noqa: E402, F401  # with it everything of the host that our nodes may import

# Python compiles a module once, at the first start after an installation: the time is that of every later
# start, also where the environment forbids Python to write bytecode beside the sources.
sys.pycache_prefix = bytecode
for folder in ("nodes", "facechain"):
    compileall.compile_dir(f"{extension}/{folder}", quiet=1)

before = set(sys.modules)
spec = importlib.util.spec_from_file_location(name, f"{extension}/__init__.py")
module = importlib.util.module_from_spec(spec)
sys.modules[name] = module
started = time.process_time()
spec.loader.exec_module(module)
seconds = time.process_time() - started


async def node_ids() -> list[str]:
    loaded = await module.comfy_entrypoint()
    return [node.GET_SCHEMA().node_id for node in await loaded.get_node_list()]


ids = asyncio.run(node_ids())
report = {
    "ids": ids,
    "modules": sorted(set(sys.modules) - before),
    "attributes": sorted(vars(module)),
    "seconds": seconds,
}
sys.stdout.write(json.dumps(report))

"""A real ComfyUI with the extension, on a free loopback port, for as long as a `with` block runs."""

from __future__ import annotations

import ctypes
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from .client import ComfyClient
from .comfyui import ComfyUI
from .commands import log_text, tail
from .embedded import link_folder
from .environment import clean
from .errors import SetupError
from .node_ids import listed_node_ids

GUARD = Path(__file__).with_name("guard.py")
START_TIMEOUT_S = 180.0
"""10 to 15 s on two cores; the first start after installing also compiles torch's modules."""
BASE_FOLDERS = ("custom_nodes", "models", "input", "output", "temp", "user")


@dataclass(frozen=True)
class ServerPlan:
    """What to start."""

    comfyui: ComfyUI
    base: Path
    """Folder that gets custom_nodes/, models/, input/, output/, temp/, user/ and server.log."""
    mounts: Mapping[str, Path]
    """Folder name inside custom_nodes -> extension. The user chooses that name, so it may be any."""
    embedded_models: Path | None = None
    """Shown to the host as models/facechain/embedded."""
    arguments: Sequence[str] = ()
    """More of ComfyUI's own flags."""


class ComfyServer:
    """One ComfyUI process and everything under its base folder. Use it in a `with` block."""

    def __init__(self, plan: ServerPlan) -> None:
        self.plan = plan
        self.base = plan.base.resolve()
        self.log = self.base / "server.log"
        self.port = 0
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> ComfyServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Root of the server, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def client(self) -> ComfyClient:
        """A new client of this server."""
        return ComfyClient(self.url)

    def start(self) -> None:
        """Return when the server answers and has every node of every mount.

        Raises SetupError with the end of the log otherwise; nothing is left running then.
        """
        self._lay_out_base()
        self.port = free_port()
        command = [sys.executable, str(GUARD), *self._command()]
        with self.log.open("ab") as log:
            self._guard = subprocess.Popen(
                command,
                cwd=self.plan.comfyui.folder,
                env=clean(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours; the guard sees only its closed input
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server and all its children. A second call does nothing."""
        guard, self._guard = self._guard, None
        if guard is not None:
            assert guard.stdin is not None
            guard.stdin.close()
            guard.wait()

    def restart(self) -> None:
        """A new process on the same base folder and another port; memory and history are new."""
        self.stop()
        self.start()

    def log_text(self) -> str:
        """Everything the server has written so far, over all its starts, without colours."""
        return log_text(self.log)

    def _lay_out_base(self) -> None:
        for name in BASE_FOLDERS:
            (self.base / name).mkdir(parents=True, exist_ok=True)
        for name, extension in self.plan.mounts.items():
            link_folder(extension.resolve(), self.base / "custom_nodes" / name)
        if self.plan.embedded_models is not None:
            link_folder(self.plan.embedded_models, self.base / "models" / "facechain" / "embedded")

    def _command(self) -> list[str]:
        flags = ["--listen", "127.0.0.1", "--port", str(self.port), "--base-directory", str(self.base)]
        flags += ["--disable-all-custom-nodes"]
        flags += ["--whitelist-custom-nodes", *self.plan.mounts] if self.plan.mounts else []
        flags += ["--disable-api-nodes", "--disable-auto-launch"]
        # The default database lies in ComfyUI's own folder and is locked by a second server.
        flags += ["--database-url", "sqlite:///:memory:"]
        flags += [] if has_cuda() else ["--cpu"]
        return [str(self.plan.comfyui.python), "main.py", *flags, *self.plan.arguments]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while (classes := self._object_info()) is None:
            assert self._guard is not None
            if self._guard.poll() is not None:
                raise self._failure(f"ComfyUI ended with code {self._guard.returncode} while starting.")
            if time.monotonic() > deadline:
                raise self._failure(f"ComfyUI did not answer within {START_TIMEOUT_S:.0f} s.")
            time.sleep(0.2)
        for name, extension in self.plan.mounts.items():
            if missing := listed_node_ids(extension) - classes:
                raise self._failure(f'Extension "{name}" did not register {", ".join(sorted(missing))}.')

    def _object_info(self) -> frozenset[str] | None:
        """Ids of all nodes, or None while nobody answers; nodes are loaded before the port opens."""
        try:
            with urllib.request.urlopen(f"{self.url}/object_info", timeout=30) as answer:
                return frozenset(json.load(answer))
        except urllib.error.HTTPError as error:
            raise self._failure(f"ComfyUI answers /object_info with {error.code}.") from error
        except OSError:
            return None

    def _failure(self, fact: str) -> SetupError:
        return SetupError(f"{fact} Read {self.log}; its end:\n{tail(self.log, 40)}")


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def has_cuda() -> bool:
    """True if the NVIDIA driver reports a device; asking torch would take seconds."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    count = ctypes.c_int(0)
    return driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0 and count.value > 0

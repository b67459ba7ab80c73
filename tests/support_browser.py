"""The studio's page as a user sees it: the real frontend in Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page
from support_host import mounted_name

from studio.server import ComfyServer

READY = """() => {
    const manager = window.app?.extensionManager
    return window.app?.vueAppReady && manager?.workflow?.activeWorkflow && !manager.spinner
}"""
"""All extensions are set up and the first workflow is in the graph."""
SEARCH_PAUSE_MS = 600
"""The search waits for the end of typing; until then it lists what it thinks is popular."""
CLEAR = """() => {
    const lists = { nodes: [], links: [], groups: [], config: {}, extra: {}, version: 0.4 }
    const graph = { id: crypto.randomUUID(), last_node_id: 0, last_link_id: 0, ...lists }
    return window.app.loadGraphData(graph, true, true, window.app.extensionManager.workflow.activeWorkflow)
}"""
"""An emptied graph would remember the widgets of its former nodes, by their numbers."""
ADD_NODE = """([type, pos, values]) => {
    const node = window.LiteGraph.createNode(type)
    window.app.graph.add(node)
    node.pos = pos
    for (const [name, value] of Object.entries(values)) {
        const widget = node.widgets.find((widget) => widget.name === name)
        widget.value = value
        widget.callback?.(value)
    }
    window.app.canvas.ds.reset()
    window.app.canvas.setDirty(true, true)
    return Number(node.id)
}"""
CONNECT = """([from, output, to, input]) => {
    const graph = window.app.graph
    const [source, target] = [graph.getNodeById(from), graph.getNodeById(to)]
    source.connect(output, target, target.inputs.findIndex((slot) => slot.name === input))
}"""
VALUE = "([id, name]) => window.app.graph.getNodeById(id).widgets.find((widget) => widget.name === name).value"
RECONNECTED = "async () => (await import('/scripts/api.js')).api.dispatchCustomEvent('reconnected')"
"""What the page says when the server answers again."""
SEND = """async ([topic, messages]) => {
    const { api } = await import('/scripts/api.js')
    for (const each of messages) api.dispatchCustomEvent(topic, each)
}"""
RUN = """async () => {
    const { api } = await import('/scripts/api.js')
    const ended = new Promise((resolve, reject) => {
        api.addEventListener('execution_success', resolve, { once: true })
        const refuse = ({ detail }) => reject(new Error(detail.exception_message))
        api.addEventListener('execution_error', refuse, { once: true })
    })
    await window.app.queuePrompt(0, 1)
    await ended
}"""
COLUMN_PX = 460
"""Between the nodes that a test adds: wider than any of them."""
QUIET = {"Comfy.TutorialCompleted": True}
"""Settings of somebody who has been here before: no templates dialog over the graph."""


@dataclass
class StudioPage:
    """One page of a running host, with everything that went wrong in it."""

    page: Page
    extension_url: str
    """Path below which the host serves our scripts: no fault of the frontend's own names it."""
    errors: list[str] = field(default_factory=list)

    @property
    def our_errors(self) -> list[str]:
        """Console errors and uncaught exceptions that name a script of ours."""
        return [text for text in self.errors if self.extension_url in text]

    def open(self, url: str) -> None:
        """Return when the graph can be used; it is empty then."""
        self.page.goto(url)
        self.page.wait_for_function(READY, timeout=60_000)
        self.clear()

    def clear(self) -> None:
        """The graph is empty and another one than before, as after opening."""
        self.page.evaluate(CLEAR)

    def add_node(self, node_class: str, column: int = 0, **values: Any) -> int:
        """Id of a new node with widgets set to `values`, as wide apart as its column says."""
        return self.page.evaluate(ADD_NODE, [node_class, [100 + column * COLUMN_PX, 120], values])

    def connect(self, source: int, output: int, target: int, name: str) -> None:
        """An output of one node goes into an input of another."""
        self.page.evaluate(CONNECT, [source, output, target, name])

    def value(self, node: int, name: str) -> Any:
        """What a widget holds now."""
        return self.page.evaluate(VALUE, [node, name])

    def run(self) -> None:
        """Press Run and wait for the end; the page hears of the results as of any of its prompts."""
        self.page.evaluate(RUN)

    def send(self, topic: str, messages: list[dict[str, Any]]) -> None:
        """The page hears `messages` as if the server had sent them."""
        self.page.evaluate(SEND, [f"facechain.{topic}", messages])

    def redraw(self) -> None:
        """Every node is made anew, as it happens when a step is undone or a workflow is opened again."""
        self.page.evaluate("() => window.app.loadGraphData(window.app.graph.serialize())")

    def load_workflow(self, file: Path) -> None:
        """Open a workflow file as the menu does."""
        self.page.evaluate("(graph) => window.app.loadGraphData(graph)", json.loads(file.read_text("utf-8")))

    def api_prompt(self) -> dict[str, Any]:
        """What the page would queue now: the export in API format."""
        return self.page.evaluate("async () => (await window.app.graphToPrompt()).output")

    def found_nodes(self, words: str) -> list[str]:
        """Titles that the node search lists for `words`, best first."""
        self.page.evaluate("() => window.app.extensionManager.command.execute('Workspace.SearchBox.Toggle')")
        self.page.get_by_role("combobox", name="Add a node...").fill(words)
        self.page.wait_for_timeout(SEARCH_PAUSE_MS)
        results = self.page.locator("#results-list [role=option]")
        return [text.strip().splitlines()[0] for text in results.all_inner_texts()]

    def record_console(self, message: ConsoleMessage) -> None:
        """Keep an error with the place that it came from."""
        if message.type == "error":
            self.errors.append(f"{message.location.get('url', '')}: {message.text}")


@contextmanager
def studio_page(browser: Browser, server: ComfyServer, settings: dict[str, Any]) -> Iterator[StudioPage]:
    """The page of `server`, opened with `settings` in a browser profile of its own."""
    server.client.post("/settings", {**QUIET, **settings})
    context = browser.new_context(viewport={"width": 1600, "height": 1000}, locale="en-US")
    studio = StudioPage(context.new_page(), f"/extensions/{mounted_name(server)}/")
    studio.page.on("console", studio.record_console)
    studio.page.on("pageerror", lambda error: studio.errors.append(f"uncaught: {error.stack}"))
    try:
        studio.open(server.url)
        yield studio
    finally:
        context.close()

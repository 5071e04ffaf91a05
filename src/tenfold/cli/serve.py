"""``tenfold serve``."""

from __future__ import annotations

from pathlib import Path

import click

from tenfold.cli.options import Voice, spoken


@click.command("serve")
@click.argument("model")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
@spoken
def command(model: str, host: str, port: int, voice: Voice, project: Path | None) -> None:
    """Answer over HTTP with MODEL (name, name@alias, name@3, or the folder of a bundle)."""
    # No import of the Python API here: a server needs NumPy, ONNX Runtime and its HTTP stack, nothing else.
    from tenfold import bundle
    from tenfold.bundle.audit import read_manifest
    from tenfold.registry import Registry
    from tenfold.registry.home import home
    from tenfold.serving.server import serve
    from tenfold.serving.service import check_servable

    if (Path(model) / "manifest.json").is_file():
        folder, name, version = Path(model), Path(model).resolve().name, 0
    else:
        found = Registry(home(project) / "registry.db").resolve(model)
        folder, name, version = found.folder, found.model, found.version
    check_servable(read_manifest(folder), folder)
    serve(bundle.load(folder), name, version, host=host, port=port)

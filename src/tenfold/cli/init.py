"""``tenfold init``."""

from __future__ import annotations

from pathlib import Path

import click

from tenfold.cli.options import Voice, spoken


@click.command("init")
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--target", required=True, help="The column to predict.")
@click.option("-o", "--output", default=Path("workflow.yaml"), show_default=True, type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
@spoken
def command(data: Path, target: str, output: Path, force: bool, voice: Voice, project: Path | None) -> None:
    """Read the table DATA and write a workflow file with what was inferred and noticed, as comments."""
    from tenfold.api.drafting import draft
    from tenfold.core import files
    from tenfold.core.errors import UserError

    if output.exists() and not force:
        raise UserError.of("TF-CLI-013", "the file exists", str(output), do="--force to overwrite, or -o another")
    made = draft(data, target, output, project)
    files.write_text(output, made.text)
    voice.data({"file": str(output), "open": [each.to_dict() for each in made.open]})
    voice.line(f"Written: {output}")
    for each in made.open:
        voice.line(f"Open:    {each.code}  {each.where}: {each.got}. Its choices stand in the file: take one.")
    voice.line(f"Next:    {'settle this, then ' * bool(made.open)}tenfold run {output}")

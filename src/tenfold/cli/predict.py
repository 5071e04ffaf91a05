"""``tenfold predict``."""

from __future__ import annotations

from pathlib import Path

import click

from tenfold.cli.options import Voice, spoken
from tenfold.core import units

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-SERVE-106": (
        "no row of the file could be answered",
        "see the column `problems` of the output",
    ),
}


@click.command("predict")
@click.argument("model")
@click.argument("data", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="A .csv or .parquet file.")
@click.option("--batch", default=10_000, show_default=True, type=click.IntRange(min=1), help="Rows held at a time.")
@click.option("--trust", multiple=True, metavar="TYPE", help="For a bundle's folder: a type that it may construct.")
@spoken
def command(
    model: str, data: Path, output: Path, batch: int, trust: tuple[str, ...], voice: Voice, project: Path | None
) -> None:
    """Answer the raw rows of DATA (any file that a workflow can read) with MODEL, batch by batch.

    A row with a field that cannot be read gets no prediction; its `problems` say why. Exit status 2 when a required
    column is absent from the file or OUTPUT is DATA (nothing is written), or when no row at all could be answered.
    Columns that the model does not know, and optional ones that the file lacks, are told once, at the end.
    """
    from dataclasses import asdict

    from tenfold.api.batches import predict_file
    from tenfold.api.model import load_model
    from tenfold.core.errors import UserError, did_you_mean

    done = predict_file(load_model(model, project=project, trusted=trust), data, output, batch)
    voice.data(asdict(done))
    if done.refused and not done.rows:
        raise UserError.of(
            "TF-SERVE-106", f"{units.count(done.refused, 'row')}, none of which could be answered", str(data),
            do=f"see the column `problems` of {output}",
        )  # fmt: skip
    voice.line(f"{units.count(done.rows, 'row')} answered, {done.refused:,} refused: {output}")
    for name in done.unknown_columns:
        hint = did_you_mean(name, done.absent_columns) if done.absent_columns else ""
        voice.line(f"Column {name!r} is unknown and was ignored" + (f"; {hint}" if hint.startswith("did") else "."))
    for name in done.absent_columns:
        voice.line(f"Column {name!r} is absent and was taken as missing in every row.")

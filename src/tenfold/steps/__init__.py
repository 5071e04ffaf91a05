"""The ten steps, in order. Each folder: ``config`` (its section of the workflow file), ``result`` (what it leaves
behind), ``step`` (the run), ``chapter`` (what it tells the report), and one file per method."""

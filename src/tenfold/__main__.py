"""``tenfold`` and ``python -m tenfold``: the way in, which imports nothing before Ctrl-C has a calm answer."""

import sys


def main() -> None:
    """Run the command line (see :func:`tenfold.cli.main.main`)."""
    try:
        from tenfold.cli.main import main

        main()
    except KeyboardInterrupt:  # while it was starting: once it runs, it answers for itself
        stopped = '{"problems": [{"code": "TF-CLI-002", "got": "stopped"}]}' if "--json" in sys.argv else "\nStopped."
        print(stopped, file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()

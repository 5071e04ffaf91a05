"""``python -m tenfold``."""

from tenfold.cli.main import main

if __name__ == "__main__":
    main()

"""`python -m lakeglass` is the command line."""

from lakeglass.cli import main

if __name__ == "__main__":
    main()

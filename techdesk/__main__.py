"""`python -m techdesk`, and the `techdesk` command."""

from techdesk.cli.main import main

if __name__ == "__main__":
    main()

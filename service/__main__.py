"""`python -m service` is the command `conflict-actors`."""

from service.cli import main

if __name__ == "__main__":
    main()

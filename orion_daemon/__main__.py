"""`orion`, also as `python -m orion_daemon`."""

from orion_daemon.cli.main import main

if __name__ == "__main__":
    main()

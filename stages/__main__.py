"""`python -m stages <stage> --flag value ...`: the entry point of every stage."""

import sys

from stages import _stage

if __name__ == "__main__":
    sys.exit(_stage.run(sys.argv[1:]))

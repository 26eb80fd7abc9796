"""How a block runs: found, run as a reader would, compared, recorded."""

from pathlib import Path

ROOT = Path(__file__).parents[2]

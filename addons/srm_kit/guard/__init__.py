"""The guard: rules that hold whoever calls."""

from .book import BY_CODE, KEY
from .rules import ALL, MEMORY, Freeze, Guard, Step

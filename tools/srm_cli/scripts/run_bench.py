"""Run one benchmark inside Odoo; started by `./srm bench` (see srm_cli/bench.py).

Arguments: configuration, database, file of the benchmark, size (0 = its default), and
1 to measure the peer too.
"""

import importlib.util
import sys
import time
from pathlib import Path

from odoo_env import administrator

from srm_cli import bench


def load(path: Path):
    """The benchmark's module, from its file."""
    spec = importlib.util.spec_from_file_location(f"srm_bench_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(conf: str, database: str, file: str, size: str, compare: str) -> None:
    path = Path(file)
    module = load(path)
    count = int(size) or getattr(module, "SIZE", 1000)
    with administrator(conf, database) as env:
        begin = time.perf_counter()
        figures = {"size": count} | module.run(env, count, compare == "1")
        seconds = time.perf_counter() - begin
    bench.report(path.stem, figures, seconds)


main(*sys.argv[1:])

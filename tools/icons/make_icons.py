"""Draw the icons of the add-ons: one rounded square, one glyph, one colour each.

Usage: python tools/icons/make_icons.py [ADDON ...]

Writes ``static/description/icon.svg`` and ``icon.png`` (256 x 256) of each add-on that
exists. Needs a Chromium on the path to turn SVG into PNG.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SIZE = 256
ADDONS = Path(__file__).resolve().parents[2] / "addons"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# Colours of the ground (top, bottom) and the glyph, drawn in white on 100 x 100.
ICONS = {
    "srm_kit": (
        ("#5B6472", "#343B46"),
        # A shield with a tick: rules that hold.
        '<path d="M50 14 80 26v22c0 20-13 32-30 38-17-6-30-18-30-38V26z"/>'
        '<path d="M36 50l10 11 19-22" class="ink"/>',
    ),
    "srm_base": (
        ("#1F6F8B", "#124559"),
        # A drop, a bolt and a wave: the three services.
        '<path d="M35 20c9 12 15 20 15 28a15 15 0 0 1-30 0c0-8 6-16 15-28z"/>'
        '<path d="M68 18 52 44h12l-6 22 20-28H66z"/>'
        '<path d="M16 76q8.5-9 17 0t17 0 17 0 17 0" class="line"/>',
    ),
    "srm_procurement": (
        ("#2F7D5B", "#1B4D39"),
        # A document with a signature line, and a coin.
        '<path d="M24 16h34l14 14v24a20 20 0 0 0-18 32H24z" fill-opacity=".95"/>'
        '<path d="M34 38h26M34 50h18M34 62h12" class="ink"/>'
        '<circle cx="70" cy="72" r="16"/><path d="M70 63v18M64 72h12" class="ink"/>',
    ),
    "srm_customers": (
        ("#8A4FA3", "#5A2F6D"),
        # A person and a speech bubble.
        '<circle cx="36" cy="38" r="13"/>'
        '<path d="M14 80c0-16 10-24 22-24s22 8 22 24z"/>'
        '<path d="M56 18h26a5 5 0 0 1 5 5v18a5 5 0 0 1-5 5H70l-9 9v-9h-5z"/>',
    ),
    "srm_billing": (
        ("#C7782B", "#8C4E14"),
        # A meter above a bill.
        '<path d="M24 14h52v72l-9-6-8 6-9-6-9 6-8-6-9 6z"/>'
        '<circle cx="50" cy="38" r="13" class="ink"/><path d="M50 38l7-6" class="ink"/>'
        '<path d="M34 62h32" class="ink"/>',
    ),
    "srm_hse": (
        ("#C0453B", "#842A23"),
        # A helmet.
        '<path d="M18 62a32 32 0 0 1 22-30v20h6V28h8v24h6V32a32 32 0 0 1 22 30z"/>'
        '<rect x="12" y="66" width="76" height="9" rx="4.5"/>',
    ),
    "srm_projects": (
        ("#3C5FA8", "#263E72"),
        # Pipes joined by a valve, on bars of progress.
        '<rect x="14" y="40" width="26" height="16" rx="3"/>'
        '<rect x="60" y="40" width="26" height="16" rx="3"/>'
        '<circle cx="50" cy="48" r="13"/><path d="M50 35V22M40 20h20" class="line"/>'
        '<path d="M18 78h40" class="line"/><path d="M66 78h16" class="faint"/>',
    ),
}

TEMPLATE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">
  <defs>
    <linearGradient id="ground" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="{top}"/><stop offset="1" stop-color="{bottom}"/>
    </linearGradient>
    <style>
      .line {{ fill: none; stroke: #fff; stroke-width: 6; stroke-linecap: round; }}
      .faint {{ fill: none; stroke: #fff; stroke-width: 6; stroke-linecap: round;
               stroke-opacity: .45; }}
      .ink {{ fill: none; stroke: {bottom}; stroke-width: 5; stroke-linecap: round; }}
    </style>
  </defs>
  <rect width="100" height="100" rx="20" fill="url(#ground)"/>
  <g fill="#fff">{glyph}</g>
</svg>
"""


def svg(addon: str) -> str:
    """Source of the icon of one add-on."""
    (top, bottom), glyph = ICONS[addon]
    return TEMPLATE.format(top=top, bottom=bottom, glyph=glyph)


def render(source: str, target: Path, browser: str) -> None:
    """Turn SVG text into a PNG file of SIZE x SIZE on a transparent ground."""
    page = (
        "<style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>" + source
    )
    with tempfile.TemporaryDirectory() as folder:
        html = Path(folder) / "icon.html"
        html.write_text(page, encoding="utf-8")
        subprocess.run(
            [
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--default-background-color=00000000",
                f"--window-size={SIZE},{SIZE}",
                f"--screenshot={target}",
                html.as_uri(),
            ],
            check=True,
            capture_output=True,
        )


def main(names: list[str]) -> int:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("No Chromium found: install the package chromium.", file=sys.stderr)
        return 1
    for name in names or ICONS:
        folder = ADDONS / name / "static" / "description"
        if not (ADDONS / name).is_dir():
            continue
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "icon.svg").write_text(svg(name), encoding="utf-8")
        render(svg(name), folder / "icon.png", browser)
        print(folder / "icon.png")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""QR codes as SVG, drawn from the matrix the report library computes."""

from reportlab.graphics.barcode.qr import QrCodeWidget


def qr_svg(text: str) -> str:
    """An SVG image of the QR code of ``text``, one unit per module.

    >>> qr_svg("https://example.com").startswith("<svg")
    True
    """
    widget = QrCodeWidget(text, barLevel="M")
    widget.qr.make()
    rows = widget.qr.modules
    size = len(rows)
    path = "".join(
        f"M{column} {row}h1v1h-1z"
        for row, modules in enumerate(rows)
        for column, dark in enumerate(modules)
        if dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"'
        f' shape-rendering="crispEdges"><path d="{path}"/></svg>'
    )

"""Small order files."""

from pathlib import Path

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"


def order_file(folder: Path, *rows: str, header: str = HEADER, name: str = "orders.csv") -> Path:
    """Write rows such as "1001,CUP,RED CUP,6,2011-03-01 10:00:00,2.55,17850,France" below the header."""
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path

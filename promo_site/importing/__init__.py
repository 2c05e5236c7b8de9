"""Past orders from a CSV file: catalogue, customers, orders, and cancellations as refunds.

Entry point: `run.import_orders`. docs/import.md states every decision about unclean rows.
The stages, one file each: `reading` (bytes to cells), `rows` (cells to values, or a reason), `staging` (temporary
tables), `invoices` (rows to invoices), `catalogue`, `orders`, `cancellations`, `report` (the refused rows).
"""

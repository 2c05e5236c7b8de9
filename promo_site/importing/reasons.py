"""Why a row is refused: a stored code and the sentence that the report shows."""

from collections.abc import Mapping

from pricing.engine.messages import N_

SENTENCES: Mapping[str, str] = {
    "not_utf8": N_("The row is not UTF-8 text. Save the file as UTF-8."),
    "malformed": N_("The row is no correct CSV: a quotation mark is not closed or stands in the wrong place."),
    "too_long": N_("The row is longer than 65,536 bytes."),
    "cells": N_("The row does not have as many cells as the header."),
    "invoice_number": N_("InvoiceNo must have 1 to 30 letters, digits or hyphens."),
    "sku_code": N_("StockCode must have 1 to 60 letters, digits, dots, hyphens or underscores."),
    "service_code": N_("StockCode is a charge, a fee, a voucher or a correction, no product."),
    "quantity": N_("Quantity must be a whole number of at most 1,000,000 such as 6 or -6."),
    "no_units": N_("Quantity is 0."),
    "date": N_("InvoiceDate must be a date and time such as 2011-03-31 14:05:00, from 1970 to now."),
    "price": N_("UnitPrice must be an amount such as 2.55, without sign, exponent or separators."),
    "negative_price": N_("UnitPrice is negative."),
    "sub_cent_price": N_("UnitPrice has fractions of a cent."),
    "price_too_high": N_("UnitPrice is above 100,000,000.00."),
    "amount_too_high": N_("Quantity times UnitPrice is above 100,000,000,000.00."),
    "customer": N_("CustomerID must have at most 40 letters, digits, dots, hyphens or underscores."),
    "country": N_("Country must have at most 64 printable characters."),
    "write_off": N_("Goods written off or counted anew: a negative quantity at price 0."),
    "no_price": N_("UnitPrice is 0: nothing was sold."),
    "negative_quantity": N_("A negative quantity on an invoice that is no cancellation."),
    "cancellation_adds_units": N_("A cancellation with a positive quantity."),
    "cancellation_without_customer": N_("A cancellation without customer: its purchase cannot be found."),
    "no_purchase": N_("No earlier purchase of this customer, SKU and price has enough units left."),
    "invoice_customer": N_("An earlier row of this invoice names another customer."),
    "invoice_day": N_("An earlier row of this invoice has another day."),
    "invoice_too_long": N_("The invoice has more than 2,000 rows: this one is beyond."),
    "invoice_changed": N_("This invoice was imported before with other rows; nothing was changed."),
}


class RowRefused(Exception):
    """One row is not taken; `reason` is a key of SENTENCES."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

"""python -m pricing.engine < cart.json > quote.json; --explain for a person, --schema cart|quote for the schema."""

import json
import sys
from collections.abc import Iterator
from typing import Any

from pricing.engine.document import decode, parse_document, price_document, quote_document
from pricing.engine.errors import Refusal
from pricing.engine.messages import Message
from pricing.engine.quote import Quote
from pricing.engine.schema import SCHEMAS


def main(arguments: list[str]) -> int:
    """Price the document on standard input. Returns the exit status: 0, or 2 for a document that is refused."""
    if arguments[:1] == ["--schema"] and len(arguments) == 2 and arguments[1] in SCHEMAS:
        write_json(SCHEMAS[arguments[1]]())
        return 0
    if arguments not in ([], ["--explain"]):
        print("usage: python -m pricing.engine [--explain] < cart.json, or --schema cart|quote", file=sys.stderr)
        return 2
    try:
        quote = price_document(parse_document(decode(sys.stdin.buffer.read())))
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 2
    if arguments:
        print("\n".join(explanation(quote)))
    else:
        write_json(quote_document(quote))
    return 0


def write_json(document: Any) -> None:
    """Write a document to standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    print()


def explanation(quote: Quote) -> Iterator[str]:
    """Yield the quote line by line for a person."""
    for line in quote.lines:
        list_text, net_text = money(line.list_cents * line.quantity), money(line.net_cents)
        yield f"{line.quantity} x {line.sku} ({line.shop})  {list_text} -> {net_text}"
        for share in line.shares:
            yield f"    -{money(share.cents)}  {named(share.offer, share.coupon)}, {share.funder}"
    for fee in quote.shipping:
        yield f"shipping {fee.shop}  {money(fee.fee_cents)} -> {money(fee.net_cents)}"
    for gift in quote.gifts:
        yield f"gift {gift.quantity} x {gift.sku}  {gift.offer}, worth {money(gift.value_cents)}"
    for reward in quote.rewards:
        yield f"coupon {reward.template} once paid  {reward.offer}, worth {money(reward.value_cents)}"
    yield f"total {money(quote.total_cents)} {quote.currency}, saved {money(quote.discount_cents)} on goods"
    for refusal in quote.not_applied:
        yield f"not {named(refusal.offer, refusal.coupon)}: {said(refusal.reason.message)}"
    for gain in quote.nearest_gains:
        missing = f"{gain.missing_pieces} pieces" if gain.missing_pieces else money(gain.missing_cents)
        worth = gain.gain_cents or gain.added_cents
        yield f"{missing} more: {gain.offer} gives {money(worth)} more"
    for dropped in quote.dropped_choices:
        choice = dropped.line or dropped.coupon or dropped.gift
        yield f"your choice {choice} {dropped.offer}: {said(dropped.reason.message)}"
    if not quote.optimal:
        yield f"search ended early: at most {money(quote.bound_cents)} more could be saved"


def named(offer: str, coupon: str | None) -> str:
    """Return the offer, with the voucher if one is used."""
    return f"{offer} {coupon}" if coupon else offer


def said(message: Message) -> str:
    """Return the sentence with its amounts as people write them."""
    amounts = {name: money(int(figure)) for name, figure in message.figures.items() if name.endswith("_cents")}
    return message.msgid % {**message.figures, **amounts}


def money(cents: int) -> str:
    """Return an amount with two decimals, for the terminal only."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

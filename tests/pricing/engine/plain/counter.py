"""The counter: who comes into question at a cart, what each takes, and what that comes to, layer by layer."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from pricing.engine.cart import CartLine
from pricing.engine.document import CartDocument
from pricing.engine.facts import HeldCoupon
from pricing.engine.layers import Layer
from pricing.engine.offer import Offer
from tests.pricing.engine.plain.benefits import GIVERS, Taken, carried

ORDER_OF_COMPUTING = ("item", "multi", "order:shop", "order:platform", "coupon:shop", "coupon:platform", "shipping")
Id = tuple[str, str]  # offer, coupon


class Line(NamedTuple):
    """A merged line, what the shopper wants of it, and its units together."""

    like: CartLine
    units: int
    pin: str
    barred: tuple[str, ...]
    keys: frozenset[str]


class Player(NamedTuple):
    """An offer, or one coupon of it, and the lines that it may take."""

    id: Id
    offer: Offer
    coupon: HeldCoupon | None
    lines: frozenset[int]

    @property
    def layer(self) -> str:
        """Its place in the order of computing, by name."""
        layer = self.offer.layer
        return self.offer.term if layer in (Layer.ORDER, Layer.COUPON) else layer.value

    @property
    def slot(self) -> tuple[bool, str] | None:
        """One coupon per coupon layer and shop."""
        return (self.offer.layer is Layer.SHIPPING, self.offer.owner) if self.coupon else None


class Part(NamedTuple):
    """Some units of a line and who took them."""

    line: int
    units: int
    takers: frozenset[Id]


Parts = tuple[Part, ...]


class Bill(NamedTuple):
    """What everybody gave: cents off each part, or each fee, by player; or who may not stay."""

    given: dict[Id, list[int]]
    failed: Id | None = None

    @property
    def saving_cents(self) -> int:
        """Goods and shipping."""
        return sum(sum(parts) for parts in self.given.values())


def merged(document: CartDocument) -> list[Line]:
    """Put equal lines together."""
    choices, found = document.choices, {}
    for line in document.cart.lines:
        barred = tuple(sorted(offer for key, offer in choices.barred if key == line.key))
        pin = choices.pinned.get(line.key, "")
        found.setdefault((line.shop, line.sku, line.list_cents, pin, barred), []).append(line)
    return [
        Line(lines[0], sum(line.quantity for line in lines), pin, barred, frozenset(line.key for line in lines))
        for (_, _, _, pin, barred), lines in sorted(found.items())
    ]


def share_a_line(one: Player, other: Player) -> bool:
    """Tell whether two may share a line. Shipping takes none, so nobody needs to admit it."""
    pairs = [(mine, theirs) for mine, theirs in ((one, other), (other, one)) if theirs.offer.layer != Layer.SHIPPING]
    return all(
        mine.offer.exclusive == "none" and theirs.offer.term in mine.offer.combines_with for mine, theirs in pairs
    )


def share_an_order(one: Player, other: Player) -> bool:
    """Tell whether two may be in one order."""
    if "order" in (one.offer.exclusive, other.offer.exclusive):
        return False
    if one.offer.group is not None and one.offer.group == other.offer.group:
        return False
    pairs = ((one, other), (other, one))
    several = all(a.offer.coupons_per_order > 1 and b.offer.term in a.offer.combines_with for a, b in pairs)
    return one.slot is None or one.slot != other.slot or several


class Counter:
    """Serves one cart with the players that are given."""

    def __init__(self, document: CartDocument, lines: Sequence[Line], players: Iterable[Player]) -> None:
        self.document, self.lines = document, lines
        self.players = {player.id: player for player in players}
        self.fees = sorted(document.cart.shipping, key=lambda fee: fee.shop)
        self.floors = [min(line.like.list_cents, line.like.floor_cents) for line in lines]
        self.untaken = tuple(Part(number, line.units, frozenset()) for number, line in enumerate(lines))

    def is_open(self, part: Part, player: Player) -> bool:
        """Tell whether the player may take, or count, this part."""
        others = part.takers - {player.id}
        return part.line in player.lines and all(share_a_line(player, self.players[other]) for other in others)

    def take(self, parts: Parts, player: Player, only: int | None = None) -> Parts | None:
        """Let a player take all that is open to it, or what is open of one line; None if that is nothing."""
        if player.offer.layer is Layer.SHIPPING:
            return parts
        free = [i for i, part in enumerate(parts) if self.is_open(part, player) and only in (None, part.line)]
        free.sort(key=lambda i: (-self._unit_saving_cents(player, parts[i].line), i))
        taken: dict[int, int] = {}
        for i in free:
            taken[i] = min(parts[i].units, self._left(player, parts, taken, parts[i].line))
        if not any(taken.values()):
            return None
        after = []
        for i, (line, units, takers) in enumerate(parts):
            mine = taken.get(i, 0)
            after += [Part(line, mine, takers | {player.id})] if mine else []
            after += [Part(line, units - mine, takers)] if units > mine else []
        return tuple(after)

    def _left(self, player: Player, parts: Parts, taken: dict[int, int], line: int) -> int:
        """Return how many units of the line's SKU the offer may still take, all its coupons together."""
        offer, facts, sku = player.offer, self.document.facts, self.lines[line].like.sku
        gone = [(self.lines[parts[i].line].like.sku, units) for i, units in taken.items()]
        for part in parts:
            gone += [(self.lines[part.line].like.sku, part.units) for taker in part.takers if taker[0] == offer.id]
        everywhere, here = sum(units for _, units in gone), sum(units for code, units in gone if code == sku)
        left = [sum(part.units for part in parts)]
        if offer.limited_uses:
            left.append(facts.uses_left.get(offer.id, 0) - everywhere)
            left.append(facts.sku_uses_left.get((offer.id, sku), everywhere + left[-1]) - here)
        if offer.limited_units:
            counts = [
                (facts.units_left.get((offer.id, "*")), everywhere),
                (facts.units_left.get((offer.id, sku)), here),
            ]
            left += [count - used for count, used in counts if count is not None] or [0]
        return max(0, min(left))

    def _unit_saving_cents(self, player: Player, line: int) -> int:
        list_cents = self.lines[line].like.list_cents
        if player.offer.layer is not Layer.ITEM:
            return list_cents
        return min(list_cents - self.floors[line], unit_off_cents(player.offer, list_cents, self.lines[line].like))

    def bill(self, parts: Parts, members: Collection[Id]) -> Bill:
        """Compute what these members give on what they took; stop at the first that may not stay."""
        nets = [self.lines[part.line].like.list_cents * part.units for part in parts]
        run = _Run(self, parts, nets)
        given: dict[Id, list[int]] = {}
        for player in self.in_order(members):
            run.enter(player.layer)
            found = run.give(player)
            by_offer = sum(sum(cents) for (offer, _), cents in given.items() if offer == player.offer.id)
            budget = self.document.facts.budget_left_cents.get(player.offer.id, 0)
            over = found is not None and player.offer.budgeted and by_offer + sum(found) > budget
            if not found or not sum(found) or over:
                return Bill(given, player.id)
            given[player.id] = found
        return Bill(given)

    def starts_well(self, player: Player) -> bool:
        """Tell whether the player's conditions on lines are met where it takes all its lines at list price."""
        nets = [line.like.list_cents * line.units for line in self.lines]
        return _Run(self, self.untaken, nets).meets(player, sorted(player.lines))

    def in_order(self, members: Iterable[Id]) -> list[Player]:
        """Sort by layer, higher priority, id."""
        ranks = {layer: rank for rank, layer in enumerate(ORDER_OF_COMPUTING)}
        players = [self.players[member] for member in members]
        return sorted(players, key=lambda player: (ranks[player.layer], -player.offer.priority, player.id))


def unit_off_cents(offer: Offer, unit_cents: int, like: CartLine) -> int:
    """Return what an item offer wants to take off one unit of a line."""
    return GIVERS[offer.benefit.CODE](offer.benefit, Taken([unit_cents], [unit_cents], [1], [like])).cents


class _Run:
    """The nets as one member after the other gives."""

    def __init__(self, counter: Counter, parts: Parts, nets: list[int]) -> None:
        self.counter, self.parts, self.nets, self.layer = counter, parts, nets, ""
        self.lists, self.before = list(nets), list(nets)
        self.fees = [fee.fee_cents for fee in counter.fees]

    def enter(self, layer: str) -> None:
        """Remember the nets before each layer."""
        if layer != self.layer:
            self.layer, self.before = layer, list(self.nets)

    def give(self, player: Player) -> list[int] | None:
        """Return cents off each part (or fee) and subtract them; None if the player's conditions are not met."""
        if player.offer.layer is Layer.SHIPPING:
            mine = [i for i, part in enumerate(self.parts) if self.counter.is_open(part, player)]
        else:
            mine = [i for i, part in enumerate(self.parts) if player.id in part.takers]
        if not mine or not self.meets(player, mine):
            return None
        if player.offer.layer is Layer.SHIPPING:
            return self._give_on_fees(player, {self.counter.lines[self.parts[i].line].like.shop for i in mine})
        rooms = [max(0, self.nets[i] - self.counter.floors[self.parts[i].line] * self.parts[i].units) for i in mine]
        if player.offer.layer is Layer.ITEM:
            wanted = [
                unit_off_cents(player.offer, self.nets[i] // part.units, self.counter.lines[part.line].like)
                * part.units
                for i, part in ((i, self.parts[i]) for i in mine)
            ]
            shares = [min(want, room) for want, room in zip(wanted, rooms, strict=True)]
        else:
            shares = carried(GIVERS[player.offer.benefit.CODE](player.offer.benefit, self._taken(player, mine)), rooms)
        off = [0] * len(self.parts)
        for i, share in zip(mine, shares, strict=True):
            off[i] = share
            self.nets[i] -= share
        return off

    def _give_on_fees(self, player: Player, shops: set[str]) -> list[int]:
        mine = [i for i, fee in enumerate(self.counter.fees) if fee.shop in shops]
        fees = [self.fees[i] for i in mine]
        gives = GIVERS[player.offer.benefit.CODE](player.offer.benefit, Taken(fees, fees, [1] * len(fees)))
        off = [0] * len(self.fees)
        for i, share in zip(mine, carried(gives, fees), strict=True):
            off[i] = share
            self.fees[i] -= share
        return off

    def _taken(self, player: Player, mine: Sequence[int]) -> Taken:
        bases = self.lists if player.offer.threshold_on == "list" else self.before
        parts = [self.parts[i] for i in mine]
        goods = [self.counter.lines[part.line].like for part in parts]
        return Taken([self.nets[i] for i in mine], [bases[i] for i in mine], [part.units for part in parts], goods)

    def meets(self, player: Player, mine: Sequence[int]) -> bool:
        """Tell whether the conditions on lines are met by what was taken or counted."""
        for condition in player.offer.conditions:
            counted = mine
            if getattr(condition, "scope", None) is not None:
                counted = [
                    i for i, part in enumerate(self.parts) if condition.scope.meets(self.counter.lines[part.line].like)
                ]
            taken = self._taken(player, counted)
            if condition.CODE == "min_spend" and sum(taken.bases) < condition.threshold_cents:
                return False
            if condition.CODE in ("min_quantity", "cart_contains") and sum(taken.units) < condition.pieces:
                return False
        return True

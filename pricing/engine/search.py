"""The best admissible combination: a set of optional offers and an order in which they take.

Exact: depth first over taking orders, one of each family that differs only by neighbours whom it does not matter
(`Node.normal`) and no node twice (`Visited`), leaving out what a bound shows to save less than the best found. Only the
rivals of the `company` are searched, and those of the company that take lines before a rival; every answer is completed
by the others. Where it stays uncertain whether that is best, the search goes on without a company, every offer being a
rival. Work is counted in nodes, not seconds, so the answer is the same on any machine.
"""

from pricing.engine.bits import mask_of, places
from pricing.engine.certainty import Certainty, certainty
from pricing.engine.company import Company, company_of
from pricing.engine.headroom import Headroom
from pricing.engine.nodes import Node, Visited
from pricing.engine.problem import Answer, Problem
from pricing.engine.prospects import CANNOT_TAKE, Prospects
from pricing.engine.record import Record
from pricing.engine.stacking import too_many_coupons
from pricing.engine.taking import Segments

DEEPEST = 400
ANYBODY = -1
LARGE_NODE = 10  # so many offers or lines to look at count as one more node: the budget bounds the time
FEW = 4  # so many unsure members of the company are left out in all ways
MANY = 40  # so many candidates are not searched without a company: that would prove nothing

SURE = Certainty({}, 0)


def best_answer(problem: Problem, node_budget: int) -> Answer | None:
    """Return the best answer, proved or with a bound of what could be missing; None if none was found."""
    return searched(problem, node_budget).answer()


def searched(problem: Problem, node_budget: int) -> Record:
    """Return what a search has found; only where it `is_exhaustive`, no answer means that none meets the demands."""
    bounds = problem.bounds
    at_most = {place: cents for place in problem.optional if (cents := bounds.wherever(place)) is not None}
    record = Record(problem, node_budget)
    company = company_of(problem, at_most)
    if company.members:
        _Search(record, at_most, company).run()
        if record.missed_cents < record.best_cents:
            return record
        if len(at_most) > MANY:
            if record.best is None:
                record.miss(sum(problem.table.amounts) + sum([fee.fee_cents for fee in problem.fees]))
            return record
        record.missed_cents = -1
    _Search(record, at_most, company._replace(members=0)).run()
    return record


class _Search:
    """One search among the rivals of a company. Sets of candidates are bit masks."""

    def __init__(self, record: Record, at_most: dict[int, int], company: Company) -> None:
        self.record, self.problem, self.table = record, record.problem, record.problem.table
        self.own, self.company = at_most, company

    def run(self) -> None:
        """Search everything that the bound does not rule out."""
        base, sure = self._found()
        shippers, members = mask_of(self.company.shippers), self.company.members
        rivals = [place for place in self.own if not (members | shippers) >> place & 1]
        self.rivals = mask_of(rivals)
        self.prospects = Prospects(self.problem, {place: self.own[place] for place in rivals}, base)
        self.headroom = Headroom(self.table, self.prospects)
        among = self._with_a_chance(base, sure)
        if sure and len(sure.unsure) > FEW:
            self.record.miss(self.base_cents + self.headroom.cents(self.problem.settled.segments, among))
            return
        ranked = rivals + [place for place in places(members) if self.table.clashes[place] & among]
        known = self.rivals | members
        alone = mask_of([place for place in rivals if not self.table.clashes[place] & known])
        self.ranked = sorted(ranked, key=lambda place: (not alone >> place & 1, -self.own[place], place))
        self.everybody = left = mask_of(self.ranked)
        self.later = {place: (left := left ^ 1 << place) for place in self.ranked}
        self.leaves_open = self._leaves_open(self.everybody, alone)
        settled, self.visited = self.problem.settled, Visited()
        open_to = among | mask_of(ranked) & members
        self._visit(Node((), ANYBODY, settled.members, settled.segments, self.base_cents, open_to))

    def _found(self) -> tuple[Answer | None, Certainty | None]:
        """Compute the company alone; whoever fails in it leaves it, with all who might be why.

        Sets `base_cents`, a bound of what any answer without a rival saves.
        """
        fees_cents = self._fees_at_most()
        while self.company.members:
            base = self.company.completed(self.problem, (), self.problem.settled.segments)
            self.record.nodes_left -= self._size(base.segments, base.members)
            failed = base.outcome.failed
            if failed is None:
                sure = certainty(self.problem, base, self.company.members)
                if sure:
                    self.base_cents = base.saving_cents + sure.at_stake_cents + sure.slack_cents + fees_cents
                    return base, sure
                self.company = self.company._replace(members=0)
            else:
                earlier = (1 << failed.place) - 1 & self.table.meets[failed.place]
                left = self.company.members & ~(earlier | 1 << failed.place)
                self.company = self.company._replace(members=left if left < self.company.members else 0)
        self.base_cents = self.problem.bounds.settled_cents + fees_cents
        return None, None

    def _fees_at_most(self) -> int:
        """Return what the shipping offers of the company save at most: no more than the fees."""
        most_cents = sum([self.own[place] for place in self.company.shippers])
        return min(most_cents, sum([fee.fee_cents for fee in self.problem.fees]))

    def _with_a_chance(self, base: Answer | None, sure: Certainty | None) -> int:
        """Return the rivals that may be in a best answer, once the company's own is known."""
        if base is None:
            return self.rivals
        self._judge((), base, self.base_cents, sure)
        segments, chances = self.problem.settled.segments, self.rivals
        for place in sorted(places(self.prospects.club), key=lambda place: self.prospects.best_on(place, None)):
            others_cents = self.headroom.cents(segments, chances & ~(1 << place))
            if self.base_cents + self.prospects.best_on(place, None) + others_cents < self.record.best_cents:
                chances &= ~(1 << place)
        return chances

    def _leaves_open(self, among: int, alone: int) -> dict[int, int]:
        """Return who may follow each: not those apart, and of those who clash with nobody only the later ones."""
        passed, leaves_open = 0, {}
        for place in self.ranked:
            passed |= 1 << place & alone
            leaves_open[place] = among & ~(self.table.apart[place] | passed | 1 << place)
        return leaves_open

    def _visit(self, node: Node) -> None:
        """Try every candidate as the next taker, then the answer as it stands.

        Who of the company takes here does so before a rival, so a rival must follow.
        """
        record, company = self.record, self.company.members
        record.nodes_left -= 1 + (node.open_to.bit_count() + self._size(node.segments, node.members)) // LARGE_NODE
        led_by_company = bool(node.order) and bool(company >> node.order[-1] & 1)
        next_ones = node.open_to & node.normal & self.everybody
        if self.visited.has_like(node, next_ones, led_by_company=led_by_company):
            return
        led, limit_cents = node, self._limit_cents(node, must_follow=led_by_company)
        if limit_cents >= record.best_cents and (led := self._with_leaders(node)) is not node:
            limit_cents = self._limit_cents(led, must_follow=True)
        seen = led is not node and self.visited.has_like(led, led.open_to & self.everybody, led_by_company=True)
        next_ones = 0 if seen else self._worth_trying(led)
        for place in self.ranked:
            if limit_cents < record.best_cents:
                break
            if not next_ones >> place & 1 or self._has_too_many_coupons(led, place):
                continue
            if record.nodes_left <= 0 or len(led.order) >= DEEPEST:
                record.miss(limit_cents)
                break
            self._try(place, led)
        if not led_by_company and (node.order or not company) and node.bound_cents >= record.best_cents:
            answer = self.company.completed(self.problem, node.order, node.segments)
            self._judge(node.order, answer, node.bound_cents)

    def _worth_trying(self, node: Node) -> int:
        """Return who may take next; of the company only those who clash with a rival that may follow."""
        rivals = node.open_to & self.rivals
        return node.open_to & node.normal & (self.rivals | self._clashing(rivals))

    def _clashing(self, rivals: int) -> int:
        """Return everybody who clashes with one of these rivals."""
        found = 0
        for rival in places(rivals):
            found |= self.table.clashes[rival]
        return found

    def _has_too_many_coupons(self, node: Node, place: int) -> bool:
        return self.table.several_coupons and too_many_coupons(self.table, node.members | 1 << place)

    def _with_leaders(self, node: Node) -> Node:
        """Return the node once those of the company took for whom it is certain that they take before every rival.

        Whoever is not, leaves a line to a rival: if no rival is worth that, all rivals come later.
        """
        rivals = node.open_to & self.rivals
        if not rivals or not node.open_to & self.company.members or self.record.best_cents < 0:
            return node
        self.record.nodes_left -= rivals.bit_count() * (1 + len(node.segments.lines) // LARGE_NODE)
        waiting = 0
        for rival in places(rivals):
            waiting |= self.table.clashes[rival] & self._takers_of(self._worthy_lines(node, rival))
        leaders, segments = [], node.segments
        for place in places(node.open_to & self.company.members & self._clashing(rivals) & ~waiting):
            after = self.problem.after(segments, place)
            if after and self._at_most(place, node.members, after) is not None:
                leaders.append(place)
                segments = after
        if not leaders:
            return node
        order, taken = (*node.order, *leaders), mask_of(leaders)
        return node._replace(
            order=order,
            normal=ANYBODY,
            members=node.members | taken,
            segments=segments,
            open_to=node.open_to & ~taken,
        )

    def _takers_of(self, lines: int) -> int:
        """Return everybody who may take one of these lines."""
        found = 0
        for line in places(lines):
            found |= self.table.on_line[line]
        return found

    def _worthy_lines(self, node: Node, rival: int) -> int:
        """Return the lines that a rival may take in an answer as good as the best found."""
        others_cents = self.headroom.cents(node.segments, node.open_to & self.rivals & ~(1 << rival))
        needed_cents = self.record.best_cents - node.bound_cents - others_cents
        return self.prospects.worthy_lines(rival, node.segments, needed_cents)

    def _try(self, place: int, node: Node) -> None:
        """Let a candidate take next, if it can hope for anything."""
        after = self.problem.after(node.segments, place)
        mine_cents = None if after is None else self._at_most(place, node.members, after)
        if after is None or mine_cents is None:
            return
        bound_cents = node.bound_cents
        if self.rivals >> place & 1:
            bound_cents += self.prospects.taken(place, mine_cents, after)
        normal = self.table.clashes[place] | node.normal & self.later[place]
        open_to = node.open_to & self.leaves_open[place]
        self._visit(Node((*node.order, place), normal, node.members | 1 << place, after, bound_cents, open_to))

    def _judge(self, order: tuple[int, ...], answer: Answer, bound_cents: int, sure: Certainty | None = None) -> None:
        """Offer the answer of these takers and the company, and what may be better without its unsure members."""
        mine = self.company.members & answer.members
        if answer.outcome.failed:
            if self.company.members:
                self.record.miss(bound_cents)
            return
        sure = sure or (certainty(self.problem, answer, mine) if mine else SURE)
        self._offer(answer, sure.at_stake_cents if sure else 0)
        if sure is None:
            self.record.miss(bound_cents)
        elif len(sure.unsure) > FEW:
            self.record.miss(answer.saving_cents + self._fees_at_most() + sure.at_stake_cents)
        elif answer.saving_cents + self._fees_at_most() + sure.at_stake_cents >= self.record.best_cents:
            self._leave_out(order, sorted(sure.unsure))

    def _leave_out(self, order: tuple[int, ...], unsure: list[int]) -> None:
        """Offer the answers without some of the unsure members of the company."""
        for subset in range(1, 1 << len(unsure)):
            left_out = mask_of([place for at, place in enumerate(unsure) if subset >> at & 1])
            company = self.company._replace(members=self.company.members & ~left_out)
            kept, segments = [], self.problem.settled.segments
            for place in order:
                after = None if left_out >> place & 1 else self.problem.after(segments, place)
                kept += [place] if after else []
                segments = after or segments
            answer = company.completed(self.problem, tuple(kept), segments)
            if not answer.outcome.failed:
                self._offer(answer)

    def _is_short_of_fees(self, answer: Answer, goods_cents: int) -> bool:
        """Tell whether with fewer of the company a threshold on fees might be reached that is not."""
        if not self.company.members or answer.saving_cents - goods_cents >= self._fees_at_most():
            return False
        absent = [place for place in self.company.shippers if not answer.members >> place & 1]
        return any(self.table.candidates[place].compiled.has_threshold for place in absent)

    def _offer(self, answer: Answer, at_stake_cents: int = 0) -> None:
        goods_cents = answer.saving_cents
        if answer.saving_cents + self._fees_at_most() < self.record.best_cents:
            return
        trials = self.record.nodes_left
        self.record.nodes_left -= self._size(answer.segments, answer.members)
        if self.company.shippers:
            answer, left = self.company.with_shipping(self.problem, answer, max(1, trials))
            self.record.nodes_left -= trials - left
            if left <= 0 or self._is_short_of_fees(answer, goods_cents):
                self.record.miss(goods_cents + self._fees_at_most() + at_stake_cents)
        self.record.offer(answer)

    def _size(self, segments: Segments, members: int) -> int:
        return len(segments.lines) * (1 + members.bit_count() // 8) // LARGE_NODE

    def _limit_cents(self, node: Node, *, must_follow: bool) -> int:
        """Return a bound of every answer that continues this one; `must_follow`: with one more rival at least."""
        rivals = node.open_to & self.rivals
        more_cents = self.headroom.cents(node.segments, rivals)
        if must_follow and not more_cents:
            best = max([self.prospects.best_on(rival, node.segments) for rival in places(rivals)], default=CANNOT_TAKE)
            return node.bound_cents + min(0, best)
        return node.bound_cents + more_cents

    def _at_most(self, place: int, members: int, after: Segments) -> int | None:
        """Return a bound of the candidate's discount on what it took; None if it can give nothing there."""
        if self.table.candidates[place].is_limited or members & self.table.clashes[place]:
            return self.problem.bounds.of(place, after)
        return self.own[place]

"""Keep and drop the named filters of one person."""

from django.contrib.auth.models import AbstractBaseUser

from campaigns.models import SavedView
from campaigns.models.saved_view import LONGEST_NAME, MOST_VIEWS
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command

LONGEST_QUERY = SavedView._meta.get_field("query").max_length


class WrongView(Refusal):
    """Filters that cannot be kept under this name."""


@command
def save_view(*, name: str, query: str, by: AbstractBaseUser) -> None:
    """Keep filters under a name; one that this person has already gets the new filters.

    Raises WrongView without a name or filters, for filters that are too long, and for more names than a row of links
    holds.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise WrongView(
            N_("Give these filters a name of at most %(most)s characters."), field="name", most=LONGEST_NAME
        )
    if not query:
        raise WrongView(N_("Choose filters first, and apply them."), field="query")
    if len(query) > LONGEST_QUERY:
        raise WrongView(N_("These filters are too long to be kept: search for fewer words."), field="query")
    own = SavedView.objects.filter(user=by)
    if name not in {view.name for view in own} and len(own) >= MOST_VIEWS:
        raise WrongView(N_("You have %(most)s saved views already: delete one first."), field="name", most=MOST_VIEWS)
    SavedView.objects.update_or_create(user=by, name=name, defaults={"query": query})


@command
def drop_view(*, view_id: int, by: AbstractBaseUser) -> None:
    """Forget named filters of one's own; those of others, and what is gone, stay as they are."""
    SavedView.objects.filter(pk=view_id, user=by).delete()

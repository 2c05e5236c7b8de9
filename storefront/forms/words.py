"""Words to search for: a text of any length, of which the beginning is searched."""

from django import forms

LONGEST_WORDS = 60


class WordsField(forms.CharField):
    """Keeps the first LONGEST_WORDS characters: half a word at the end finds no less than the whole."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_python(self, value: str | None) -> str:
        return super().to_python(value)[:LONGEST_WORDS].rstrip()


def is_cut(form: forms.Form, field: str = "q") -> bool:
    """Return whether more was asked for than is searched."""
    return len(form.data.get(field, "").strip()) > LONGEST_WORDS

import pytest
from django.utils.translation import override

from storefront.templatetags.shares import funder_name, layer_name


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ("whole order", "the platform", "northgate")), ("zh-hans", ("整单", "平台", "northgate"))],
)
@pytest.mark.req("PLT-04")
def test_layers_and_funders_are_said_in_the_readers_language(language, said):
    with override(language):
        assert (layer_name("order"), funder_name("platform"), funder_name("northgate")) == said


def test_layer_that_is_not_known_stands_for_itself():
    assert layer_name("later") == "later"

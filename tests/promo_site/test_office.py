import pytest
from django.contrib import admin
from django.urls import reverse

from tests.factories.campaigns import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLT-03")]


def test_list_of_all_models_is_made_only_where_it_is_shown(client, monkeypatch):
    client.force_login(make_user(groups=["operator"]))
    made, make = [], admin.site._build_app_dict
    monkeypatch.setattr(admin.site, "_build_app_dict", lambda *given: made.append(given) or make(*given))
    assert client.get(reverse("admin:pricing_sku_changelist")).status_code == 200
    assert made == []
    page = client.get(reverse("admin:app_list", args=["pricing"]))
    assert "Category" in [model["object_name"] for model in page.context["app_list"][0]["models"]]
    assert len(made) == 1

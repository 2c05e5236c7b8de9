"""Logins, groups and tokens in the look of the back office; only superusers have the permissions to see them."""

from django.contrib import admin
from django.contrib.auth import admin as stock
from django.contrib.auth.models import Group, User
from rest_framework.authtoken import admin as stock_tokens
from rest_framework.authtoken.models import TokenProxy
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

admin.site.unregister(User)
admin.site.unregister(Group)
admin.site.unregister(TokenProxy)


@admin.register(User)
class UserAdmin(stock.UserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_per_page = 50


@admin.register(Group)
class GroupAdmin(stock.GroupAdmin, ModelAdmin):
    list_per_page = 50


@admin.register(TokenProxy)
class TokenAdmin(stock_tokens.TokenAdmin, ModelAdmin):
    """Tokens of the API, one per login. The list does not show them: whoever looks over a shoulder could use one."""

    list_display = ["user", "created"]
    fields = ["user", "key"]
    readonly_fields = ["key"]
    list_per_page = 50

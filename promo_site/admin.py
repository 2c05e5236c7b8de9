"""Logins and groups in the look of the back office; only superusers have the permissions to see them."""

from django.contrib import admin
from django.contrib.auth import admin as stock
from django.contrib.auth.models import Group, User
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(stock.UserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_per_page = 50


@admin.register(Group)
class GroupAdmin(stock.GroupAdmin, ModelAdmin):
    list_per_page = 50

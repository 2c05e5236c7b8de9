"""Pages of the back office that belong to people rather than to one kind of row, below the address of the desk."""

from django.urls import path

from campaigns.admin import desk, notices

app_name = "desk"

urlpatterns = [
    path("queue/", desk.queue, name="queue"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="read_all"),
    path("notices/<int:pk>/open/", notices.open_notice, name="open_notice"),
]

"""A job: long work that somebody asked for, as a row. A worker takes it up; the row says how far it is."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    STOPPED = "stopped", _("stopped")


ACTIVE = (JobState.WAITING, JobState.RUNNING)


class Job(models.Model):
    """`kind` is the code of a JobKind. `subject` names what it is about: there is one active job of a kind for each.

    `attempt` counts the workers that took it up and guards every write of theirs: one that was thought dead
    and has come back changes nothing. `problem` is a msgid with its figures, so that everybody reads it in
    the own language. One that gives way to others goes on from its `mark`, not before `not_before`; `turns` counts it.
    `again`: it was asked for once more since it began, and begins anew when it ends.
    """

    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(_("subject"), max_length=80, blank=True, default="")
    params = models.JSONField(_("parameters"), default=dict)
    state = models.CharField(_("state"), max_length=8, choices=JobState, default=JobState.WAITING)
    done = models.PositiveBigIntegerField(_("done"), default=0)
    total = models.PositiveBigIntegerField(_("total"), null=True, blank=True)
    result = models.JSONField(_("result"), default=dict)
    output = models.TextField(_("output"), blank=True, default="")
    problem = models.TextField(_("problem"), blank=True, default="")
    figures = models.JSONField(_("figures"), default=dict)
    stop_wanted = models.BooleanField(_("to be stopped"), default=False)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("asked for by")
    )
    not_before = models.DateTimeField(_("goes on at"), null=True, blank=True)
    mark = models.JSONField(default=dict, blank=True)
    turns = models.PositiveIntegerField(default=0)
    again = models.BooleanField(default=False)
    asked_at = models.DateTimeField(_("asked for at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    beat_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(state__in=ACTIVE) & ~Q(subject=""), name="one_active_job"
            ),
            models.CheckConstraint(condition=Q(total=None) | Q(done__lte=F("total")), name="job_done_within_total"),
            models.CheckConstraint(
                condition=Q(state__in=ACTIVE, finished_at=None) | (~Q(state__in=ACTIVE) & Q(finished_at__isnull=False)),
                name="job_finished_or_active",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(state__in=ACTIVE), name="active_jobs")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def percent(self) -> int | None:
        """How much is done, in whole percent; None while nobody knows how much there is."""
        if self.state == JobState.DONE:
            return 100
        return self.done * 100 // self.total if self.total else None

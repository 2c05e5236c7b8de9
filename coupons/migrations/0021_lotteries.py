import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from campaigns.guards import (
    checker_may_approve,
    current_is_approved,
    enough_approvals,
    frozen_once_submitted,
    maker_is_the_author,
    reasons_only_grow,
)
from pricing.append_only import append_only

# The seed was promised by its digest, and the odds by the page: neither changes behind anybody's back.
SEED_IS_KEPT = """
CREATE FUNCTION coupons_lottery_seed_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.seed IS NOT NULL AND (NEW.seed IS DISTINCT FROM OLD.seed OR NEW.seed_digest <> OLD.seed_digest) THEN
        RAISE EXCEPTION 'lottery % has its seed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.seed IS NOT NULL AND NEW.seed_digest <> encode(sha256(NEW.seed), 'hex') THEN
        RAISE EXCEPTION 'lottery % would promise another seed', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER coupons_lottery_seed_is_kept BEFORE UPDATE OF seed, seed_digest ON coupons_lottery
    FOR EACH ROW EXECUTE FUNCTION coupons_lottery_seed_is_kept();
CREATE FUNCTION coupons_lottery_odds_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parts bigint;
BEGIN
    IF NEW.current_revision_id IS NULL THEN RETURN NEW; END IF;
    SELECT COALESCE(sum(odds_ppm), 0) INTO parts FROM coupons_lotteryprize WHERE revision_id = NEW.current_revision_id;
    IF parts NOT BETWEEN 1 AND 1000000 THEN
        RAISE EXCEPTION 'the prizes of revision % have % parts of a million', NEW.current_revision_id, parts
            USING ERRCODE = 'check_violation', CONSTRAINT = 'coupons_lottery_odds_add_up';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER coupons_lottery_odds_add_up BEFORE UPDATE OF current_revision_id ON coupons_lottery
    FOR EACH ROW EXECUTE FUNCTION coupons_lottery_odds_add_up();
"""
SEED_IS_KEPT_NO_MORE = """
DROP TRIGGER IF EXISTS coupons_lottery_seed_is_kept ON coupons_lottery;
DROP FUNCTION IF EXISTS coupons_lottery_seed_is_kept();
DROP TRIGGER IF EXISTS coupons_lottery_odds_add_up ON coupons_lottery;
DROP FUNCTION IF EXISTS coupons_lottery_odds_add_up();
"""



class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0021_load_tests'),
        ('coupons', '0020_gifts_to_members'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='coupon',
            name='route',
            field=models.CharField(choices=[('claim', 'claimed'), ('grant', 'granted by hand'), ('reward', 'earned by an order'), ('code', 'by a code'), ('service', 'from service'), ('gift', 'as a gift to members'), ('lottery', 'won in a lottery')], max_length=16, verbose_name='route'),
        ),
        migrations.CreateModel(
            name='Lottery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('rejected', 'rejected'), ('approved', 'approved'), ('paused', 'paused'), ('stopped', 'stopped')], default='draft', editable=False, max_length=16, verbose_name='state')),
                ('created_at', models.DateTimeField(editable=False, verbose_name='created at')),
                ('draft_key', models.UUIDField(editable=False, null=True, unique=True)),
                ('seed', models.BinaryField(null=True)),
                ('seed_digest', models.CharField(blank=True, default='', editable=False, max_length=64, verbose_name='digest of the seed')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
            ],
            options={
                'verbose_name': 'lottery',
                'verbose_name_plural': 'lotteries',
                'ordering': ['-pk'],
                'permissions': [('submit_lottery', 'Can submit a lottery for review'), ('approve_lottery', 'Can approve or reject a lottery'), ('pause_lottery', 'Can pause, resume or stop a lottery')],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LotteryRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_zh', models.CharField(blank=True, default='', max_length=120, verbose_name='Chinese name')),
                ('description', models.TextField(blank=True, default='', verbose_name='description')),
                ('description_zh', models.TextField(blank=True, default='', verbose_name='Chinese description')),
                ('audience', models.JSONField(blank=True, default=dict, verbose_name='audience')),
                ('audience_frozen', models.BooleanField(default=False, verbose_name='audience frozen at approval')),
                ('new_to', models.CharField(blank=True, choices=[('', 'new and old customers'), ('platform', 'only who has never bought here'), ('shop', "only who has never bought at the owner's shop")], default='', max_length=8, verbose_name='new customers')),
                ('risk_profile', models.CharField(blank=True, default='', max_length=40, verbose_name='risk profile')),
                ('number', models.PositiveIntegerField(default=1, verbose_name='revision')),
                ('review', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('approved', 'approved'), ('rejected', 'rejected')], default='draft', editable=False, max_length=16, verbose_name='review')),
                ('created_at', models.DateTimeField(editable=False, verbose_name='created at')),
                ('submitted_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='submitted at')),
                ('second_reasons', models.JSONField(blank=True, default=list, editable=False, verbose_name='reasons for a second approver')),
                ('content_hash', models.CharField(blank=True, default='', editable=False, max_length=64, verbose_name='content hash')),
                ('starts_at', models.DateTimeField(verbose_name='drawing starts at')),
                ('ends_at', models.DateTimeField(verbose_name='drawing ends at')),
                ('per_day', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='free draws a day')),
                ('per_customer', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='free draws in all')),
                ('order_from_cents', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='orders from')),
                ('draws_per_order', models.PositiveSmallIntegerField(default=1, verbose_name='draws for an order')),
                ('fallback_after', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='guaranteed with draw')),
                ('expected_draws', models.PositiveIntegerField(default=1, verbose_name='expected draws')),
                ('author', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('lottery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='coupons.lottery')),
            ],
            options={
                'verbose_name': 'lottery revision',
                'verbose_name_plural': 'lottery revisions',
                'ordering': ['lottery', 'number'],
            },
        ),
        migrations.CreateModel(
            name='LotteryPrize',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('is_fallback', models.BooleanField(default=False, verbose_name='guaranteed')),
                ('odds_ppm', models.PositiveIntegerField(default=0, verbose_name='odds')),
                ('stock', models.PositiveIntegerField(blank=True, null=True, verbose_name='stock')),
                ('per_day', models.PositiveIntegerField(blank=True, null=True, verbose_name='per day')),
                ('per_customer', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='per customer')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coupons.coupontemplate', verbose_name='coupon template')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prizes', to='coupons.lotteryrevision')),
            ],
            options={
                'verbose_name': 'prize',
                'verbose_name_plural': 'prizes',
                'ordering': ['revision', 'position'],
            },
        ),
        migrations.CreateModel(
            name='LotteryDraw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField(verbose_name='draw of the customer')),
                ('number', models.PositiveIntegerField(verbose_name='number drawn')),
                ('reasons', models.JSONField(blank=True, default=list, verbose_name='reasons')),
                ('order_key', models.UUIDField(null=True, verbose_name='order')),
                ('order_seq', models.PositiveSmallIntegerField(null=True)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('coupon', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draw', to='coupons.coupon', verbose_name='coupon')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.customer', verbose_name='customer')),
                ('lottery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='coupons.lottery', verbose_name='lottery')),
                ('drawn', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coupons.lotteryprize', verbose_name='drawn')),
                ('given', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coupons.lotteryprize', verbose_name='given')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coupons.lotteryrevision')),
            ],
            options={
                'verbose_name': 'draw',
                'verbose_name_plural': 'draws',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='LotteryApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('approved', 'approved'), ('rejected', 'rejected')], max_length=16, verbose_name='decision')),
                ('reason', models.TextField(blank=True, default='', verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('checker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('maker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='coupons.lotteryrevision')),
            ],
            options={
                'verbose_name': 'lottery approval',
                'verbose_name_plural': 'lottery approvals',
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='lottery',
            name='current_revision',
            field=models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='current_of', to='coupons.lotteryrevision'),
        ),
        migrations.CreateModel(
            name='LotteryTransition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('move', models.CharField(max_length=24, verbose_name='move')),
                ('source', models.CharField(max_length=24, verbose_name='from')),
                ('target', models.CharField(max_length=24, verbose_name='to')),
                ('reason', models.TextField(blank=True, default='', verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='coupons.lottery')),
            ],
            options={
                'verbose_name': 'lottery transition',
                'verbose_name_plural': 'lottery transitions',
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PrizeCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(null=True, verbose_name='day')),
                ('total', models.PositiveIntegerField(null=True, verbose_name='total')),
                ('used', models.PositiveIntegerField(default=0, verbose_name='given')),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.customer')),
                ('lottery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prize_counts', to='coupons.lottery')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coupons.coupontemplate')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='DrawCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('draws', models.PositiveIntegerField(default=0, verbose_name='draws')),
                ('free', models.PositiveIntegerField(default=0, verbose_name='free draws')),
                ('day', models.DateField(verbose_name='day')),
                ('today', models.PositiveIntegerField(default=0, verbose_name='free draws that day')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.customer')),
                ('lottery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coupons.lottery')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('lottery', 'customer'), name='one_draw_count_per_customer'), models.CheckConstraint(condition=models.Q(('today__lte', models.F('free')), ('free__lte', models.F('draws'))), name='free_draws_are_draws')],
            },
        ),
        migrations.AddConstraint(
            model_name='lotteryrevision',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='drawing_starts_before_it_ends', violation_error_message='The end must be later than the start.'),
        ),
        migrations.AddConstraint(
            model_name='lotteryrevision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fallback_after', None), ('fallback_after__gte', 1), _connector='OR'), ('draws_per_order__gte', 1), ('expected_draws__gte', 1)), name='lottery_counts_from_one', violation_error_message='Give a number from 1.'),
        ),
        migrations.AddConstraint(
            model_name='lotteryrevision',
            constraint=models.UniqueConstraint(fields=('lottery', 'number'), name='one_lottery_revision_per_number'),
        ),
        migrations.AddConstraint(
            model_name='lotteryrevision',
            constraint=models.UniqueConstraint(fields=('id', 'author'), name='lottery_revision_and_its_author'),
        ),
        migrations.AddConstraint(
            model_name='lotteryprize',
            constraint=models.UniqueConstraint(fields=('revision', 'position'), name='one_prize_per_position'),
        ),
        migrations.AddConstraint(
            model_name='lotteryprize',
            constraint=models.UniqueConstraint(fields=('revision', 'template'), name='one_prize_per_template'),
        ),
        migrations.AddConstraint(
            model_name='lotteryprize',
            constraint=models.UniqueConstraint(condition=models.Q(('is_fallback', True)), fields=('revision',), name='one_fallback'),
        ),
        migrations.AddConstraint(
            model_name='lotteryprize',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_fallback', True), ('odds_ppm', 0), ('per_customer', None), ('per_day', None), ('stock', None)), models.Q(('is_fallback', False), ('odds_ppm__gte', 1), ('odds_ppm__lte', 1000000)), _connector='OR'), name='prize_has_odds_fallback_none'),
        ),
        migrations.AddConstraint(
            model_name='lotteryprize',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stock', None), ('stock__gte', 1), _connector='OR'), models.Q(('per_day', None), ('per_day__gte', 1), _connector='OR'), models.Q(('per_customer', None), ('per_customer__gte', 1), _connector='OR')), name='prize_limits_count_from_one'),
        ),
        migrations.AddConstraint(
            model_name='lotterydraw',
            constraint=models.UniqueConstraint(fields=('lottery', 'customer', 'seq'), name='one_draw_per_number'),
        ),
        migrations.AddConstraint(
            model_name='lotterydraw',
            constraint=models.UniqueConstraint(fields=('lottery', 'order_key', 'order_seq'), name='one_draw_per_earned_one'),
        ),
        migrations.AddConstraint(
            model_name='lotterydraw',
            constraint=models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='draws_count_from_one'),
        ),
        migrations.AddConstraint(
            model_name='lotterydraw',
            constraint=models.CheckConstraint(condition=models.Q(('number__lt', 1000000)), name='drawn_number_in_range'),
        ),
        migrations.AddConstraint(
            model_name='lotterydraw',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('coupon', None), ('given', None)), models.Q(('coupon__isnull', False), ('given__isnull', False)), _connector='OR'), name='what_a_draw_gives_is_a_coupon'),
        ),
        migrations.AddConstraint(
            model_name='lotterydraw',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('order_key', None), ('order_seq', None)), models.Q(('order_key__isnull', False), ('order_seq__gte', 1)), _connector='OR'), name='earned_draw_names_its_order'),
        ),
        migrations.AddConstraint(
            model_name='lotteryapproval',
            constraint=models.UniqueConstraint(fields=('revision', 'checker', 'decision'), name='lotteryapproval_once_by_each_checker'),
        ),
        migrations.AddConstraint(
            model_name='lotteryapproval',
            constraint=models.CheckConstraint(condition=models.Q(('maker', models.F('checker')), _negated=True), name='lotteryapproval_maker_is_not_checker'),
        ),
        migrations.AddConstraint(
            model_name='lotteryapproval',
            constraint=models.CheckConstraint(condition=models.Q(('decision', 'rejected'), ('reason', ''), _negated=True), name='lotteryapproval_rejection_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='lottery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('seed', None), ('seed_digest', '')), models.Q(('seed__isnull', False), models.Q(('seed_digest', ''), _negated=True)), _connector='OR'), name='lottery_seed_has_a_digest'),
        ),
        migrations.AddConstraint(
            model_name='prizecount',
            constraint=models.UniqueConstraint(fields=('lottery', 'template', 'day', 'customer'), name='one_prize_count', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='prizecount',
            constraint=models.CheckConstraint(condition=models.Q(('day', None), ('customer', None), _connector='OR'), name='prize_count_is_of_one_sort'),
        ),
        migrations.AddConstraint(
            model_name='prizecount',
            constraint=models.CheckConstraint(condition=models.Q(('total', None), ('used__lte', models.F('total')), _connector='OR'), name='prizes_never_exceed_total'),
        ),
        append_only("coupons_lotteryapproval"),
        append_only("coupons_lotterytransition"),
        append_only("coupons_lotterydraw"),
        maker_is_the_author(approvals="coupons_lotteryapproval", revisions="coupons_lotteryrevision"),
        current_is_approved(subjects="coupons_lottery", approvals="coupons_lotteryapproval"),
        frozen_once_submitted(revisions="coupons_lotteryrevision", children=("coupons_lotteryprize",)),
        checker_may_approve(approvals="coupons_lotteryapproval", app="coupons", permission="approve_lottery"),
        reasons_only_grow(revisions="coupons_lotteryrevision"),
        enough_approvals(
            subjects="coupons_lottery",
            approvals="coupons_lotteryapproval",
            revisions="coupons_lotteryrevision",
        ),
        migrations.RunSQL(SEED_IS_KEPT, SEED_IS_KEPT_NO_MORE),
    ]

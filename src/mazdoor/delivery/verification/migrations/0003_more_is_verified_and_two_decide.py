"""More kinds are verified, with their evidence; what goes against an authority is decided by two."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('verification', '0002_an_officer_sees_own_areas'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='discrepancy',
            name='discrepancy_one_open',
        ),
        migrations.RemoveConstraint(
            model_name='verification',
            name='verification_one_live',
        ),
        migrations.RemoveConstraint(
            model_name='verificationrequest',
            name='verification_request_one_waiting',
        ),
        migrations.RemoveIndex(
            model_name='discrepancy',
            name='discrepancy_queue',
        ),
        migrations.AddField(
            model_name='discrepancy',
            name='about',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='discrepancy',
            name='held_encrypted',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='discrepancy',
            name='kind',
            field=models.CharField(choices=[('identity', 'Identity'), ('life', 'Life'), ('family', 'Family'), ('wealth_profile', 'Wealth Profile'), ('phone', 'Phone'), ('business', 'Business'), ('occupation', 'Occupation'), ('residence', 'Residence')], db_default='identity', max_length=14),
        ),
        migrations.AddField(
            model_name='discrepancy',
            name='proposed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='discrepancy',
            name='proposed_by_officer_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='discrepancy',
            name='proposed_resolution',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
        migrations.AddField(
            model_name='verification',
            name='about',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='verification',
            name='attachment_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='verification',
            name='attester_capacity',
            field=models.CharField(blank=True, choices=[('employer', 'Employer'), ('union', 'Union'), ('committee', 'Committee'), ('official', 'Official')], db_default='', max_length=10),
        ),
        migrations.AddField(
            model_name='verification',
            name='attester_encrypted',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='verification',
            name='document_type',
            field=models.CharField(blank=True, db_default='', max_length=20),
        ),
        migrations.AddField(
            model_name='verification',
            name='evidence_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='verification',
            name='reference',
            field=models.CharField(blank=True, db_default='', max_length=40),
        ),
        migrations.AddField(
            model_name='verification',
            name='second_officer_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='verificationrequest',
            name='about',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='verificationrequest',
            name='last_problem',
            field=models.CharField(blank=True, db_default='', max_length=10),
        ),
        migrations.AddField(
            model_name='verificationrequest',
            name='reason',
            field=models.CharField(db_default='first', max_length=8),
        ),
        migrations.AlterField(
            model_name='verification',
            name='kind',
            field=models.CharField(choices=[('identity', 'Identity'), ('life', 'Life'), ('family', 'Family'), ('wealth_profile', 'Wealth Profile'), ('phone', 'Phone'), ('business', 'Business'), ('occupation', 'Occupation'), ('residence', 'Residence')], max_length=14),
        ),
        migrations.AlterField(
            model_name='verificationrequest',
            name='kind',
            field=models.CharField(choices=[('identity', 'Identity'), ('life', 'Life'), ('family', 'Family'), ('wealth_profile', 'Wealth Profile'), ('phone', 'Phone'), ('business', 'Business'), ('occupation', 'Occupation'), ('residence', 'Residence')], max_length=14),
        ),
        migrations.AddIndex(
            model_name='discrepancy',
            index=models.Index(condition=models.Q(('state__in', ['open', 'proposed'])), fields=['area_code', 'opened_at'], name='discrepancy_queue'),
        ),
        migrations.AddIndex(
            model_name='verification',
            index=models.Index(condition=models.Q(('expires_on__isnull', False), ('superseded_at__isnull', True)), fields=['expires_on'], name='verification_expiring'),
        ),
        migrations.AddIndex(
            model_name='verificationrequest',
            index=models.Index(condition=models.Q(('kind__in', ['occupation', 'residence']), ('state', 'waiting')), fields=['area_code', 'requested_at'], name='verification_by_hand_queue'),
        ),
        migrations.AddConstraint(
            model_name='discrepancy',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'proposed'])), fields=('person', 'kind', 'about'), name='discrepancy_one_open'),
        ),
        migrations.AddConstraint(
            model_name='discrepancy',
            constraint=models.CheckConstraint(condition=models.Q(('proposed_by_officer_id__isnull', True), ('closed_by_officer_id__isnull', True), models.Q(('proposed_by_officer_id', models.F('closed_by_officer_id')), _negated=True), _connector='OR'), name='discrepancy_two_officers'),
        ),
        # Closed by one officer while that was the rule: dated as proposed then, and still by nobody else.
        migrations.RunSQL(
            "UPDATE verification_discrepancy SET proposed_at = closed_at WHERE state = 'dismissed'",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='discrepancy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'dismissed'), _negated=True), ('closed_by_officer_id__isnull', True), ('proposed_at__isnull', False), _connector='OR'), name='discrepancy_dismissed_by_two'),
        ),
        migrations.AddConstraint(
            model_name='verification',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('person', 'kind', 'about'), name='verification_one_live'),
        ),
        migrations.AddConstraint(
            model_name='verification',
            constraint=models.CheckConstraint(condition=models.Q(('second_officer_id__isnull', True), models.Q(('second_officer_id', models.F('officer_id')), _negated=True), _connector='OR'), name='verification_two_officers'),
        ),
        migrations.AddConstraint(
            model_name='verificationrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('person', 'kind', 'about'), name='verification_request_one_waiting'),
        ),
    ]

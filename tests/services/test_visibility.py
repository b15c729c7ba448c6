"""Roles and limited sources: what one may not see does not exist, whatever it is and however it is asked for."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

from dashboard.authentication.backends import AccountBackend
from dashboard.domain.reports import ReportMaker, ReportStatus
from dashboard.domain.roles import Role
from dashboard.domain.sharing import ShareScope
from dashboard.models import Report, ReportDocument, Run, ShareLink, Source
from dashboard.services import own_reports, reports, rights, runs, sources, trials, visibility
from dashboard.services.own_reports import Order
from dashboard.services.rights import Guest
from tests import factories
from tests.factories import NOW, make_person, make_role, make_run, make_source

pytestmark = pytest.mark.django_db

KINDS = (
    visibility.sources, visibility.runs, visibility.trials, visibility.all_trials, visibility.tasks,
    visibility.pipelines, visibility.pipeline_templates, visibility.pipeline_tests, visibility.run_groups,
    visibility.report_templates, visibility.reports,
)  # fmt: skip


@pytest.fixture
def limited():
    """A source that only insiders see, with one of everything."""
    source = factories.make_carrot("Secret")
    source.groups.add(make_role("insiders"))
    run = factories.make_test_run(factories.make_pipeline_test(source=source))
    factories.make_trial(run, factories.make_task("secret"))
    factories.make_group(source, runs=[run])
    factories.make_report(run)
    return source


def counts(viewer):
    return [kind(viewer).count() for kind in KINDS]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_a_limited_source_is_there_for_its_groups_alone(limited, role):
    assert counts(make_person("out", role=role)) == [0] * len(KINDS)
    assert counts(make_person("in", role=role, groups=["insiders"])) == [1] * len(KINDS)
    assert counts(make_person("elsewhere", role=role, groups=["others"])) == [0] * len(KINDS)


def test_one_of_several_groups_is_enough(limited):
    limited.groups.add(make_role("others"))
    assert counts(make_person("in", role=Role.VIEWER, groups=["others"])) == [1] * len(KINDS)


def test_administrators_see_every_source(limited):
    assert counts(make_person("root", role=Role.ADMINISTRATOR)) == [1] * len(KINDS)
    assert counts(make_person("super", role=None, is_superuser=True)) == [1] * len(KINDS)


@pytest.mark.parametrize("groups", [[], ["insiders"]])
def test_nobody_without_a_role_sees_anything(limited, groups):
    assert counts(make_person("new", role=None, groups=groups)) == [0] * len(KINDS)
    assert counts(AnonymousUser()) == [0] * len(KINDS)


def test_who_may_no_longer_sign_in_sees_nothing(limited):
    gone = make_person("gone", groups=["insiders"])
    gone.is_active = False
    assert counts(gone) == [0] * len(KINDS)


def test_a_source_that_is_limited_to_nobody_is_everybodys():
    make_run(make_source("Open"))
    assert visibility.runs(make_person("ada", role=Role.VIEWER)).count() == 1


def test_what_is_kept_for_one_serves_who_sees_the_same_alone(limited):
    of = [
        visibility.scope(make_person(str(number), role=role, groups=groups))
        for number, (role, groups) in enumerate(
            [(Role.VIEWER, []), (Role.OPERATOR, []), (Role.VIEWER, ["insiders"]), (Role.ADMINISTRATOR, []), (None, [])]
        )
    ]
    assert len(set(of)) == len(of)
    assert visibility.scope(make_person("like the first", role=Role.VIEWER)) == of[0]


def test_a_task_is_there_for_who_sees_a_trial_of_it(limited):
    viewer, task = make_person("ada"), factories.make_task("secret")
    assert not visibility.tasks(viewer).exists()
    factories.make_trial(make_run(make_source("Open")), task)
    assert visibility.tasks(viewer).get() == task


def test_a_run_says_nothing_of_reports_that_one_may_not_see(limited):
    """One of our own of a visible and a hidden run belongs to both pages, and shows on neither."""
    viewer, run = make_person("ada"), make_run(make_source("Open"))
    factories.make_report(
        run, Run.objects.get(source=limited), maker=ReportMaker.QUAYSIDE, source=None, status=ReportStatus.RUNNING
    )
    found = runs.get(viewer, run.pk)
    assert (found.reports_version, found.has_open_reports) == (None, False)
    assert reports.of_run(viewer, run) == []
    assert runs.get(make_person("root", role=Role.ADMINISTRATOR), run.pk).has_open_reports


class TestOwnReportsOfRemovedSources:
    @pytest.fixture
    def secret(self):
        source = make_source("Secret")
        source.groups.add(make_role("insiders"))
        return source

    @pytest.fixture
    def creator(self):
        return make_person("creator", groups=["insiders"])

    @pytest.fixture
    def people(self, creator):
        outsider, insider = make_person("outsider"), make_person("insider", groups=["insiders"])
        return {
            "outsider": outsider, "insider": insider, "creator": creator,
            "root": make_person("root", role=Role.ADMINISTRATOR),
        }  # fmt: skip

    def made(self, creator, *made_of):
        report = own_reports.ask(creator, made_of, Order(title="Weekly"), now=NOW)
        ReportDocument.objects.create(report=report, html="<p>Secret</p>")
        Report.objects.filter(pk=report.pk).update(status=ReportStatus.SUCCEEDED)
        return report

    def seen_by(self, people):
        """As each comes with their next request."""
        at_once = {name: User.objects.get(pk=person.pk) for name, person in people.items()}
        return [name for name, person in at_once.items() if visibility.reports(person).exists()]

    @pytest.mark.parametrize("is_of_several", [False, True])
    def test_of_a_limited_one_are_left_to_administrators_and_their_creator(
        self, secret, creator, people, is_of_several
    ):
        others = [make_run(make_source("Open"))] if is_of_several else []
        self.made(creator, make_run(secret), *others)
        sources.remove(Source.objects.filter(pk=secret.pk))
        assert self.seen_by(people) == ["creator", "root"]
        assert Report.objects.get().runs.count() == len(others)

    def test_a_creator_who_was_shut_out_before_does_not_get_theirs_back(self, secret, creator, people):
        self.made(creator, make_run(secret))
        creator.groups.remove(make_role("insiders"))
        sources.remove(Source.objects.filter(pk=secret.pk))
        assert self.seen_by(people | {"creator": make_person("later", groups=["insiders"])}) == ["root"]

    def test_what_is_kept_for_their_creator_serves_nobody_else(self, secret, creator):
        other = make_person("other", groups=["insiders"])
        assert visibility.scope(creator) == visibility.scope(other)
        self.made(creator, make_run(secret))
        sources.remove(Source.objects.filter(pk=secret.pk))
        third = make_person("third", groups=["insiders"])
        for read in (AccountBackend().get_user, lambda pk: User.objects.get(pk=pk)):
            scopes = [visibility.scope(read(person.pk)) for person in (creator, other, third)]
            assert scopes[0] != scopes[1] == scopes[2]

    def test_a_request_under_way_sees_by_what_it_keeps(self, secret, creator):
        """Whatever is removed meanwhile: what is kept under a scope is of that scope."""
        scope = visibility.scope(creator)
        self.made(creator, make_run(secret))
        sources.remove(Source.objects.filter(pk=secret.pk))
        assert (visibility.scope(creator), visibility.reports(creator).count()) == (scope, 0)

    def test_of_one_that_everybody_saw_stay_everybodys(self, creator, people):
        source = make_source("Open")
        self.made(creator, make_run(source))
        sources.remove(Source.objects.filter(pk=source.pk))
        assert self.seen_by(people) == list(people)

    def test_one_that_was_being_made_is_not_made_any_more(self, secret, creator):
        report = own_reports.ask(creator, [make_run(secret)], Order(title="Weekly"), now=NOW)
        sources.remove(Source.objects.filter(pk=secret.pk))
        report.refresh_from_db()
        assert (report.status, report.next_sync_at) == (ReportStatus.FAILED, None)


class TestGuests:
    @pytest.fixture
    def guest(self):
        def open_link(run, *, scope=ShareScope.TRIALS, creator=None):
            link = ShareLink.objects.create(
                run=run, scope=scope, creator=creator or make_person("ada"), token_hash=f"{run.pk}{scope}",
                created_at=timezone.now(), expires_at=timezone.now(),
            )  # fmt: skip
            return Guest(link)

        return open_link

    def test_trials_are_not_there_under_a_link_without_them(self, guest):
        trial = factories.make_trial(make_run(make_source("Open")))
        assert trials.get(guest(trial.run), trial.run_id, trial.pk) == trial
        with pytest.raises(type(trial).DoesNotExist):
            trials.get(guest(trial.run, scope=ShareScope.SUMMARY, creator=make_person("bo")), trial.run_id, trial.pk)

    def test_a_link_dies_with_its_creators_sight(self, limited, guest):
        run = Run.objects.get(source=limited)
        insider = make_person("in", groups=["insiders"])
        assert runs.get(guest(run, creator=insider), run.pk) == run
        with pytest.raises(Run.DoesNotExist):
            runs.get(guest(run, scope=ShareScope.SUMMARY, creator=make_person("out")), run.pk)

    def test_a_guest_has_no_role(self, guest):
        found = guest(make_run(make_source("Open")))
        assert (rights.role(found), rights.may_read(found), rights.may_act(found)) == (None, False, False)

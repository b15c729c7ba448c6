"""Every address of the dashboard. Ids in them are ours and stable; names may hold anything."""

from django.contrib import admin
from django.urls import include, path, register_converter
from django.urls.converters import PathConverter

from dashboard.api import pages as api_pages
from dashboard.api.framing import by_token
from dashboard.forms.accounts import SecondCodeAgainForm
from dashboard.services.offers import Verb
from dashboard.views import favicon, health, held_forms, preferences, search, sources, styleguide, tokens
from dashboard.views.accounts import factors, passwords, sign_in, sso
from dashboard.views.accounts import pages as accounts
from dashboard.views.artifacts import archives, frames, inline
from dashboard.views.artifacts import pages as artifacts
from dashboard.views.my import labels as my_labels
from dashboard.views.my import notes as my_notes
from dashboard.views.my import saved_views as my_views
from dashboard.views.my import stars as my_stars
from dashboard.views.pipelines import groups as run_groups
from dashboard.views.pipelines import pages as pipelines
from dashboard.views.pipelines import tests as pipeline_tests
from dashboard.views.reports import actions as report_actions
from dashboard.views.reports import creation as report_creation
from dashboard.views.reports import frames as report_frames
from dashboard.views.reports import lists as report_lists
from dashboard.views.reports import own as own_reports
from dashboard.views.reports import pages as report_pages
from dashboard.views.runs import actions, batches, creation, sandbox_creation
from dashboard.views.runs import comparisons as run_comparisons
from dashboard.views.runs import details as run_details
from dashboard.views.runs import lists as run_lists
from dashboard.views.runs import pages as runs
from dashboard.views.runs import results as run_results
from dashboard.views.runs import search as run_search
from dashboard.views.shares import lists as share_lists
from dashboard.views.shares import making as share_making
from dashboard.views.shares import public as shared
from dashboard.views.tasks import lists as task_lists
from dashboard.views.tasks import pages as tasks
from dashboard.views.trials import files as trial_files
from dashboard.views.trials import lists as trial_lists
from dashboard.views.trials import pages as trials
from dashboard.views.watches import channels
from dashboard.views.watches import pages as watches


class FileConverter(PathConverter):
    """The path of a file: any characters there are, line breaks too."""

    regex = "(?s:.+)"


register_converter(FileConverter, "file")

handler400 = "dashboard.middleware.limits.bad_request"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.show_metrics, name="metrics"),
    path("favicon.ico", favicon.favicon, name="favicon"),
    path("", preferences.home, name="home"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-in/once/<str:token>/", sign_in.one_time_link, name="one-time-link"),
    path("sign-in/sso/", sso.begin, name="sso"),
    path("sign-in/sso/return/", sso.come_back, name="sso-return"),
    path("sign-in/code/", sign_in.SecondCode.as_view(), name="mfa_authenticate"),
    path("sign-in/forgotten/", passwords.forgotten, name="password-forgotten"),
    path("sign-in/password/<str:uidb64>/<str:token>/", passwords.ResetPassword.as_view(), name="password-reset"),
    path("sent/", held_forms.page, name="held-form"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("account/", accounts.overview, name="account"),
    path("account/sessions/end/", accounts.end_session, name="session-end"),
    path("account/sso/", sso.join, name="sso-join"),
    path("account/password/", passwords.ChangePassword.as_view(), name="password-change"),
    path("account/again/", factors.Again.as_view(), name="account_reauthenticate"),
    path("account/again/code/", factors.Again.as_view(form_class=SecondCodeAgainForm), name="mfa_reauthenticate"),
    path("account/second-factor/", factors.FactorOn.as_view(), name="mfa_activate_totp"),
    path("account/second-factor/off/", factors.FactorOff.as_view(), name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", factors.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("account/second-factor/codes/file/", factors.CodesFile.as_view(), name="mfa_download_recovery_codes"),
    path("account/second-factor/codes/new/", factors.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
    # Under these names allauth leads to pages that are here already.
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),
    path("account/", accounts.overview, name="mfa_index"),
    path("admin/login/", sign_in.administration, name="admin-sign-in"),
    path("admin/", admin.site.urls),
    path("tokens/", tokens.page, name="token-list"),
    path("tokens/<int:token_id>/revoke/", tokens.revoke, name="token-revoke"),
    path("api/", api_pages.page, name="api-reference"),
    path("api/v1/openapi.json", api_pages.openapi, name="api-openapi"),
    path("api/v1/runs/<int:run_id>/download/<file:path>", by_token(artifacts.run_download), name="api-run-bytes"),
    path(
        "api/v1/runs/<int:run_id>/trials/<int:trial_id>/download/<file:path>",
        by_token(artifacts.trial_download),
        name="api-trial-bytes",
    ),
    path(
        "api/v1/reports/<int:report_id>/files/<str:name>/download", by_token(report_pages.file), name="api-report-bytes"
    ),
    path("api/v1/", include("dashboard.api.application")),
    path("search/", search.find, name="search"),
    path("appearance/", preferences.appearance, name="appearance"),
    path("preferences/", preferences.page, name="preferences"),
    path("views/", my_views.view_list, name="view-list"),
    path("views/new/", my_views.new, name="view-new"),
    path("views/<int:view_id>/", my_views.open_view, name="view-open"),
    path("views/<int:view_id>/edit/", my_views.edit, name="view-edit"),
    path("views/<int:view_id>/state/", my_views.state, name="view-state"),
    path("views/<int:view_id>/delete/", my_views.delete, name="view-delete"),
    path("stars/", my_stars.change, name="stars"),
    path("labels/names/", my_labels.names, name="label-names"),
    path("notes/<int:note_id>/", my_notes.edit, name="note-edit"),
    path("notes/<int:note_id>/delete/", my_notes.delete, name="note-delete"),
    path("columns/<str:list_name>/", preferences.columns, name="list-columns"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("sources/<int:source_id>/look/", sources.look_again, name="source-look"),
    path("runs/", run_lists.run_list, name="run-list"),
    path("runs/export.<str:kind>", run_lists.export, name="run-export"),
    path("runs/details/", run_details.page, name="run-details"),
    path("runs/details.json", run_details.as_json, name="run-details-json"),
    path("runs/labels/", my_labels.of_many, name="run-label-many"),
    path("runs/batch/", batches.batch, name="run-batch"),
    path("runs/batch/<str:ticket>/", batches.result, name="run-batch-result"),
    path("runs/new/", creation.create, name="run-create"),
    path("runs/new/sandbox/", sandbox_creation.create, name="sandbox-create"),
    path("runs/new/<str:ticket>/", creation.outcome, name="run-creation"),
    path("runs/<int:run_id>/", runs.overview, name="run-detail"),
    path("runs/<int:run_id>/start/", actions.confirm, {"verb": Verb.START}, name="run-start"),
    path("runs/<int:run_id>/cancel/", actions.confirm, {"verb": Verb.CANCEL}, name="run-cancel"),
    path("runs/<int:run_id>/stop/", actions.confirm, {"verb": Verb.STOP}, name="run-stop"),
    path("runs/<int:run_id>/delete/", actions.confirm, {"verb": Verb.DELETE}, name="run-delete"),
    path("runs/<int:run_id>/outcome/<str:verb>/", actions.outcome, name="run-outcome"),
    path("runs/<int:run_id>/trials/", trial_lists.tab, name="run-trials"),
    path("runs/<int:run_id>/trials/export.<str:kind>", trial_lists.export, name="trial-export"),
    path("runs/<int:run_id>/grid/", runs.grid, name="run-grid"),
    path("runs/<int:run_id>/failures/", runs.failure_groups, name="run-failures"),
    path("runs/<int:run_id>/search/", run_search.find, name="run-search"),
    path("runs/<int:run_id>/log/", runs.log, name="run-log"),
    path("runs/<int:run_id>/files/", runs.files, name="run-files"),
    path("runs/<int:run_id>/artifacts.zip", archives.run_archive, name="run-archive"),
    path("runs/<int:run_id>/artifacts/progress/", archives.archive_progress, name="archive-progress"),
    path("runs/<int:run_id>/config/", runs.config, name="run-config"),
    path("runs/<int:run_id>/inputs/", runs.inputs, name="run-inputs"),
    path("runs/<int:run_id>/reports/", runs.reports, name="run-reports"),
    path("runs/<int:run_id>/history/", runs.history, name="run-history"),
    path("runs/<int:run_id>/notes/", my_notes.of_run, name="run-notes"),
    path("runs/<int:run_id>/labels/", my_labels.of_run, name="run-labels"),
    path("runs/<int:run_id>/compare/", run_comparisons.compare, name="run-compare"),
    path("runs/<int:run_id>/results/<int:result_id>/", run_results.result_file, name="run-result"),
    path("runs/<int:run_id>/file/<file:path>", artifacts.run_file, name="run-file"),
    path("runs/<int:run_id>/download/<file:path>", artifacts.run_download, name="run-download"),
    path("runs/<int:run_id>/inline/<file:path>", inline.run_inline, name="run-inline"),
    path("runs/<int:run_id>/trials/<int:trial_id>/", trials.detail, name="trial-detail"),
    path("runs/<int:run_id>/trials/<int:trial_id>/trajectory/", trial_files.trajectory, name="trial-trajectory"),
    path("runs/<int:run_id>/trials/<int:trial_id>/diff/", trial_files.diff, name="trial-diff"),
    path("runs/<int:run_id>/trials/<int:trial_id>/logs/", trial_files.logs, name="trial-logs"),
    path("runs/<int:run_id>/trials/<int:trial_id>/results/", trial_files.results, name="trial-results"),
    path("runs/<int:run_id>/trials/<int:trial_id>/files/", trial_files.files, name="trial-files"),
    path("runs/<int:run_id>/trials/<int:trial_id>/config/", trials.config, name="trial-config"),
    path("runs/<int:run_id>/trials/<int:trial_id>/notes/", my_notes.of_trial, name="trial-notes"),
    path("runs/<int:run_id>/trials/<int:trial_id>/labels/", my_labels.of_trial, name="trial-labels"),
    path("runs/<int:run_id>/trials/<int:trial_id>/file/<file:path>", artifacts.trial_file, name="trial-file"),
    path(
        "runs/<int:run_id>/trials/<int:trial_id>/download/<file:path>", artifacts.trial_download, name="trial-download"
    ),
    path("runs/<int:run_id>/trials/<int:trial_id>/inline/<file:path>", inline.trial_inline, name="trial-inline"),
    path("runs/<int:run_id>/trials/<int:trial_id>/artifacts.zip", archives.trial_archive, name="trial-archive"),
    path("frames/<str:token>/", frames.frame, name="file-frame"),
    path("frames/<str:token>/bytes", frames.frame_bytes, name="file-frame-bytes"),
    path("tasks/", task_lists.task_list, name="task-list"),
    path("tasks/export.<str:kind>", task_lists.export, name="task-export"),
    path("tasks/<int:task_id>/", tasks.detail, name="task-detail"),
    path("reports/make/", own_reports.make, name="own-report-new"),
    path("reports/", report_lists.report_list, name="report-list"),
    path("reports/export.<str:kind>", report_lists.export, name="report-export"),
    path("reports/new/", report_creation.create, name="report-new"),
    path("reports/new/<str:ticket>/", report_creation.outcome, name="report-creation"),
    path("reports/frame/<str:token>/", report_frames.frame, name="report-frame"),
    path("reports/<int:report_id>/", report_pages.detail, name="report-detail"),
    path("reports/<int:report_id>/preview/", report_frames.preview, name="report-preview"),
    path("reports/<int:report_id>/delete/", report_actions.delete, name="report-delete"),
    path("reports/<int:report_id>/retry/", report_actions.retry, name="report-retry"),
    path("reports/<int:report_id>/files/<str:name>/", report_pages.file, name="report-file"),
    path("runs/<int:run_id>/share/", share_making.of_run, name="run-share"),
    path("reports/<int:report_id>/share/", share_making.of_report, name="report-share"),
    path("shares/", share_lists.page, name="share-list"),
    path("shares/<int:link_id>/revoke/", share_lists.revoke, name="share-revoke"),
    path("s/<str:token>/", shared.page, name="share-page"),
    path("s/<str:token>/<file:rest>", shared.page, name="share-below"),
    path("watches/", watches.overview, name="watches"),
    path("watches/new/", watches.create, name="watch-new"),
    path("watches/<int:watch_id>/stop/", watches.stop, name="watch-stop"),
    path("watches/stop/<str:token>/", watches.stop_by_mail, name="watch-stop-by-mail"),
    path("watches/channels/new/", channels.create, name="channel-new"),
    path("watches/channels/<int:channel_id>/", channels.detail, name="channel-detail"),
    path("watches/channels/<int:channel_id>/remove/", channels.remove, name="channel-remove"),
    path("watches/deliveries/<int:delivery_id>/again/", channels.send_again, name="delivery-again"),
    path("pipelines/", pipelines.pipeline_list, name="pipelines"),
    path("pipelines/<int:pipeline_id>/", pipelines.pipeline, name="pipeline-detail"),
    path("templates/<int:template_id>/", pipelines.template, name="pipeline-template"),
    path("tests/<int:test_id>/", pipeline_tests.history, name="pipeline-test"),
    path("groups/<int:group_id>/", run_groups.detail, name="run-group"),
]

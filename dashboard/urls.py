"""Every address of the dashboard. Ids in them are ours and stable; names may hold anything."""

from django.contrib import admin
from django.urls import path, register_converter
from django.urls.converters import PathConverter
from django.views.generic import RedirectView

from dashboard.services.offers import Verb
from dashboard.views import favicon, health, preferences, search, sign_in, sources, styleguide
from dashboard.views.artifacts import archives, frames, inline
from dashboard.views.artifacts import pages as artifacts
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
from dashboard.views.tasks import lists as task_lists
from dashboard.views.tasks import pages as tasks
from dashboard.views.trials import files as trial_files
from dashboard.views.trials import lists as trial_lists
from dashboard.views.trials import pages as trials


class FileConverter(PathConverter):
    """The path of a file: any characters there are, line breaks too."""

    regex = "(?s:.+)"


register_converter(FileConverter, "file")

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("favicon.ico", favicon.favicon, name="favicon"),
    path("", RedirectView.as_view(pattern_name="run-list"), name="home"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-in/once/<str:token>/", sign_in.one_time_link, name="one-time-link"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign-out"),
    path("admin/login/", sign_in.administration, name="admin-sign-in"),
    path("admin/", admin.site.urls),
    path("search/", search.find, name="search"),
    path("appearance/", preferences.appearance, name="appearance"),
    path("columns/<str:list_name>/", preferences.columns, name="list-columns"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("sources/<int:source_id>/look/", sources.look_again, name="source-look"),
    path("runs/", run_lists.run_list, name="run-list"),
    path("runs/export.<str:kind>", run_lists.export, name="run-export"),
    path("runs/details/", run_details.page, name="run-details"),
    path("runs/details.json", run_details.as_json, name="run-details-json"),
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
    path("pipelines/", pipelines.pipeline_list, name="pipelines"),
    path("pipelines/<int:pipeline_id>/", pipelines.pipeline, name="pipeline-detail"),
    path("templates/<int:template_id>/", pipelines.template, name="pipeline-template"),
    path("tests/<int:test_id>/", pipeline_tests.history, name="pipeline-test"),
    path("groups/<int:group_id>/", run_groups.detail, name="run-group"),
]

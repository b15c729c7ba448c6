"""What the sample server has defined: pipelines, templates, tests, results, reports and software."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from dashboard.demo.carrot import times
from dashboard.demo.carrot.events import NIGHTLY
from dashboard.demo.carrot.notebooks import make_notebook
from dashboard.demo.carrot.plans import pace
from dashboard.demo.carrot.rendering import FAILING
from dashboard.demo.carrot.statuses import JOBS
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.wdls import keep_wdl
from dashboard.demo.carrot.worlds import World
from dashboard.demo.harbor.chances import made_uuid, seeded

USER, ADORA = "user@example.com", "adora@example.com"
PIPELINES = {
    "HaplotypeCaller": "Germline short variant calling",
    "Mutect2": "Somatic short variant calling",
    "gCNV": None,
}
TEMPLATES = {
    "HC single sample": ("HaplotypeCaller", "HC", "One sample against the truth of its genome"),
    "HC joint calling": ("HaplotypeCaller", "Joint", "Cohorts, genotyped together"),
    "Mutect2 tumor-normal": ("Mutect2", "M2", None),
    "Mutect2 tumor-only": ("Mutect2", "M2Only", "Without a matched normal: needs a panel"),
    "gCNV cohort": ("gCNV", "GCNV", "Copy number from read depth"),
}
TESTS = {
    "HC WGS1": ("HC single sample", USER),
    "HC WGS2": ("HC single sample", ADORA),
    "HC exome": ("HC single sample", USER),
    "HC chr20": ("HC single sample", NIGHTLY),
    "Joint trio": ("HC joint calling", ADORA),
    "Joint cohort of 50": ("HC joint calling", USER),
    "M2 HCC1143": ("Mutect2 tumor-normal", ADORA),
    "M2 exome": ("Mutect2 tumor-normal", USER),
    "M2 DREAM challenge": ("Mutect2 tumor-normal", NIGHTLY),
    "M2 tumor-only panel": ("Mutect2 tumor-only", USER),
    "gCNV 20 exomes": ("gCNV cohort", ADORA),
    "gCNV WGS": ("gCNV cohort", None),
}
RESULTS = {
    "Best F score": ("numeric", "Eval.best_fscore"),
    "Sensitivity": ("numeric", "Eval.sensitivity"),
    "Precision": ("numeric", "Eval.precision"),
    "QC verdict": ("text", "Eval.qc_verdict"),
    "ROC plot": ("file", "Eval.roc_plot"),
    "Summary table": ("file", "Eval.summary_table"),
    "Runtime minutes": ("numeric", "{}.runtime_minutes"),
    "Called VCF": ("file", "{}.out_vcf"),
    "Workflow log": ("file", "{}.log"),
}
REPORTS = {
    "HC concordance": "Sensitivity and precision against the truth, by variant type",
    "Runtime and cost": "How long each step took, and what it cost",
    "Pull request comparison": "Base and head side by side, with the differences of all numbers",
    "Cohort overview": None,
    "Annotation audit": f"Compares annotations; {FAILING}, whatever it is made for",
}
SOFTWARE = {"gatk": ("4.1.9.0", "4.2.6.1", "4.3.0.0", "", "4.4.0.0", ""), "picard": ("2.27.5", "3.0.0")}
WDL = """version 1.0

# {about}
workflow {name} {{
  input {{
    File in_bam
    String docker = "broadinstitute/gatk:4.3.0.0"
  }}
  call Work {{ input: bam = in_bam, docker = docker }}
  output {{
    File out_vcf = Work.vcf
    Int runtime_minutes = Work.minutes
    File log = Work.log
  }}
}}
"""
AGE = timedelta(days=60)


def sample_id(kind: str, name: str) -> str:
    """The id of a thing of the sample: always the same."""
    return made_uuid(seeded(f"carrot:{kind}:{name}"))


def write_catalogue(world: World, epoch: datetime) -> None:
    """All of it, into empty tables."""
    begin = epoch - AGE
    write_pipelines(world, begin)
    write_tests(world, begin + timedelta(hours=1))
    write_results(world, begin + timedelta(hours=2))
    write_reports(world, begin + timedelta(hours=3))
    for number, (name, tags) in enumerate(SOFTWARE.items()):
        write_software(world, begin + timedelta(hours=4 + number), name, tags)
    write_subscriptions(world, begin + timedelta(hours=6))


def put(world: World, table: str, key: str, row: Mapping[str, object]) -> None:
    """A row under its id."""
    world.table(table)[str(row[key])] = dict(row)


def write_pipelines(world: World, begin: datetime) -> None:
    """Pipelines and templates; the evaluation's WDL of two templates is in a bucket."""
    for name, description in PIPELINES.items():
        row = {"pipeline_id": sample_id("pipeline", name), "name": name, "description": description}
        put(world, "pipelines", "pipeline_id", row | made(begin, USER))
    for number, (name, (pipeline, workflow, about)) in enumerate(TEMPLATES.items()):
        test_wdl = keep_wdl(world, WDL.format(name=workflow, about=name))
        eval_wdl = keep_wdl(world, WDL.format(name="Eval", about=f"Evaluation of {name}"))
        row = {
            "template_id": sample_id("template", name),
            "pipeline_id": sample_id("pipeline", pipeline),
            "name": name,
            "description": about,
            "test_wdl": test_wdl,
            "test_wdl_dependencies": None,
            "eval_wdl": "gs://carrot-stand-in/wdl/1b9d/eval.wdl" if number > 2 else eval_wdl,  # noqa: PLR2004
            "eval_wdl_dependencies": None,
        }
        put(world, "templates", "template_id", row | made(begin + timedelta(minutes=number), None if number else USER))


def write_tests(world: World, begin: datetime) -> None:
    """Tests with the defaults of their inputs."""
    for number, (name, (template, creator)) in enumerate(TESTS.items()):
        workflow = TEMPLATES[template][1]
        sample = name.lower().replace(" ", "_")
        row = {
            "test_id": sample_id("test", name),
            "template_id": sample_id("template", template),
            "name": name,
            "description": f"Regression test of {template}" if number % 3 else None,
            "test_input_defaults": {
                f"{workflow}.docker": "broadinstitute/gatk:4.3.0.0",
                f"{workflow}.in_bam": f"gs://carrot-stand-in/samples/{sample}.bam",
                f"{workflow}.interval_padding": 100 + number,
            },
            "test_option_defaults": {"read_from_cache": False} if number % 2 else None,
            "eval_input_defaults": {"Eval.truth": f"gs://carrot-stand-in/truth/{sample}.vcf.gz"}
            | {"Eval.vcf": f"test_output:{workflow}.out_vcf"},
            "eval_option_defaults": None,
        }
        put(world, "tests", "test_id", row | made(begin + timedelta(minutes=number), creator))


def write_results(world: World, begin: datetime) -> None:
    """Results, and under which keys the templates give them."""
    for name, (kind, key) in RESULTS.items():
        row = {"result_id": sample_id("result", name), "name": name, "result_type": kind, "description": None}
        put(world, "results", "result_id", row | made(begin, USER))
        for template, (_, workflow, _about) in TEMPLATES.items():
            ids = (sample_id("template", template), row["result_id"])
            mapping = {"template_id": ids[0], "result_id": ids[1], "result_key": key.format(workflow)}
            world.table("template_results")["/".join(map(str, ids))] = mapping | made(begin, USER)


def write_reports(world: World, begin: datetime) -> None:
    """Reports, and which of them follow runs and pull requests by themselves."""
    for number, (name, description) in enumerate(REPORTS.items()):
        row = {
            "report_id": sample_id("report", name),
            "name": name,
            "description": description,
            "notebook": make_notebook(name, description or ""),
            "config": {"memory": "32 GiB"} if number == 0 else None,
        }
        put(world, "reports", "report_id", row | made(begin + timedelta(minutes=number), (USER, ADORA)[number % 2]))
    follow(world, begin, "HC single sample", "HC concordance", "single")
    follow(world, begin, "HC single sample", "Pull request comparison", "pr")
    follow(world, begin, "Mutect2 tumor-normal", "Runtime and cost", "single")


def follow(world: World, begin: datetime, template: str, report: str, trigger: str) -> None:
    """Let a report be made whenever runs of a template end."""
    ids = (sample_id("template", template), sample_id("report", report))
    row = {"template_id": ids[0], "report_id": ids[1], "report_trigger": trigger, **made(begin, None)}
    world.table("template_reports")["/".join((*ids, trigger))] = row


def write_software(world: World, begin: datetime, name: str, tags: tuple[str, ...]) -> None:
    """A software, its versions, and the builds of them: one in every status."""
    software_id = sample_id("software", name)
    address = f"https://github.com/broadinstitute/{name}.git"
    row = {"software_id": software_id, "name": name, "description": None, "repository_url": address}
    put(world, "software", "software_id", row | {"machine_type": "standard"} | made(begin, USER))
    for number, tag in enumerate(tags):
        moment = begin + timedelta(days=7 * number, microseconds=371_205)
        version_id, commit = sample_id("version", f"{name}:{number}"), sample_commit(f"{name}:{number}")
        version: Row = {"software_version_id": version_id, "software_id": software_id, "commit": commit}
        dates = {"commit_date": times.keep(moment.replace(microsecond=0)), "created_at": times.keep(moment)}
        put(world, "software_versions", "software_version_id", version | {"tags": [tag] if tag else []} | dates)
        write_builds(world, moment, version_id, f"us.gcr.io/example/{name}:{commit[:8]}")


def write_builds(world: World, moment: datetime, version_id: str, image: str) -> None:
    """A build that succeeded, and one in another status."""
    number = len(world.table("software_builds"))
    for status in ("succeeded", JOBS[number // 2 % len(JOBS)]):
        key = f"{version_id}:{number}:{status}"
        row = {"software_build_id": sample_id("build", key), "software_version_id": version_id}
        row |= {"build_job_id": sample_id("job", key), "image_url": image, "created_at": times.keep(moment)}
        plan = pace(moment, ("submitted", status) if status != "submitted" else (status,), seeded(key))
        put(world, "software_builds", "software_build_id", row | {"plan": plan})
        number += 1


def write_subscriptions(world: World, begin: datetime) -> None:
    """Who is told of what."""
    for kind, name, email in (
        ("test", "HC WGS1", USER),
        ("pipeline", "Mutect2", ADORA),
        ("template", "gCNV cohort", USER),
    ):
        row = {"subscription_id": sample_id("subscription", name), "entity_type": kind, "email": email}
        row |= {"entity_id": sample_id(kind, name), "created_at": times.keep(begin)}
        put(world, "subscriptions", "subscription_id", row)


def made(moment: datetime, creator: str | None) -> Row:
    """When and by whom."""
    return {"created_at": times.keep(moment), "created_by": creator}


def sample_commit(key: str) -> str:
    """A commit's hash."""
    return f"{seeded(f'commit:{key}').getrandbits(160):040x}"

"""Where pages of every kind are, found in the exports."""

from dataclasses import dataclass

from tests.browser.products import Rows

TABS = ("", "trials/", "grid/", "failures/", "log/", "files/", "config/", "history/")


@dataclass(frozen=True, slots=True)
class Places:
    """``runs`` and ``trials`` (by run) as exported."""

    runs: Rows
    trials: dict[int, Rows]

    def run(self, name: str) -> str:
        """The address of the run of that name."""
        return f"/runs/{self.run_id(name)}/"

    def run_id(self, name: str) -> int:
        return next(run["id"] for run in self.runs if run["external_id"] == name)

    def trial(self, name: str, outcome: str) -> str:
        """The address of one trial of that run with that outcome."""
        run = self.run_id(name)
        found = next(trial["id"] for trial in self.trials[run] if trial["outcome"] == outcome)
        return f"/runs/{run}/trials/{found}/"

    @property
    def all(self) -> dict[str, str]:
        """One page of every kind, by what it is; short ones, for the slow who look at every element."""
        run = self.run("scripted-two-models")
        return {
            "list": "/runs/?q=after:6d",
            "no match": "/runs/?q=agent:nobody",
            "misunderstood": "/runs/?q=statsu:failed+agent:terminus-2",
            "one source": "/runs/?q=source:jobs+status:running",
            **{f"run {tab.strip('/') or 'overview'}": run + tab for tab in TABS},
            "run stalled": self.run("openhands-stalled"),
            "run errored": self.run("scripted-failing"),
            "run cancelled": self.run("sweep-cancelled"),
            "action": run + "cancel/",
            "outcome": run + "outcome/cancel/",
            "batch": "/runs/batch/?all=1&q=after:6d",
            "trial passed": self.trial("scripted-two-models", "passed"),
            "trial failed": self.trial("scripted-two-models", "failed"),
            "trial errored": self.trial("scripted-failing", "errored"),
            "trial of steps": self.trial("multi-step-oracle", "passed"),
            **{
                f"trial {tab.strip('/')}": self.trial("scripted-two-models", "failed") + tab
                for tab in ("trajectory/", "diff/", "logs/", "results/", "files/", "config/")
            },
            "find": run + "search/?find=count.txt",
            "find nothing yet": run + "search/",
            "file": self.trial("scripted-two-models", "failed") + "file/agent/trajectory.json",
            "file json": self.trial("scripted-two-models", "failed") + "file/result.json",
            "file text": self.trial("scripted-two-models", "failed") + "file/trial.log?find=a",
            "tasks": "/tasks/",
            "task": "/tasks/1/",
            "search": "/search/?q=nightly",
            "styleguide": "/styleguide/",
            "missing": "/runs/999999/",
        }  # fmt: skip

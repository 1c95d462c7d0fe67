"""What an officer does under load, for locust; started by ``benchmarks.registration``."""

from __future__ import annotations

import itertools
import json
import os
import random
import re
from pathlib import Path

from locust import FastHttpUser, constant, task
from locust.exception import StopUser

PLAN = json.loads(Path(os.environ["BENCH_PLAN"]).read_text())
WHAT = os.environ["BENCH_WHAT"]
PASSWORD = "benchmark of the counter 2026"
_numbers = itertools.count()


class Officer(FastHttpUser):
    """Signs in, then does one thing again and again without a pause."""

    wait_time = constant(0)

    def on_start(self) -> None:
        """Sign in as an officer of one's own."""
        self.name = f"bench{next(_numbers)}"
        page = self.client.get("/sign-in/", name="sign in").text or ""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        self.client.post(
            "/sign-in/",
            data={"csrfmiddlewaretoken": token[1], "username": self.name, "password": PASSWORD},
            name="sign in",
        )
        page = self.client.get("/registry/register/", name="sign in").text or ""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        self.token = token[1]
        self.drafts = iter(PLAN["drafts"][self.name])

    @task
    def work(self) -> None:
        """One submit, or one page."""
        if WHAT == "submit":
            draft = next(self.drafts, None)
            if draft is None:
                raise StopUser
            with self.client.post(
                f"/registry/register/{draft}/check/",
                data={"csrfmiddlewaretoken": self.token, "looked": "yes"},
                name="submit",
                allow_redirects=False,
                catch_response=True,
            ) as answer:
                if answer.status_code != 302:
                    answer.failure(f"answered {answer.status_code}")
        else:
            person = random.choice(PLAN["persons"])
            with self.client.get(f"/registry/person/{person}/", name="page", catch_response=True) as answer:
                if answer.status_code != 200 or f"/registry/person/{person}/" not in (answer.text or ""):
                    answer.failure(f"answered {answer.status_code}")

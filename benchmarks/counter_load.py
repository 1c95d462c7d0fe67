"""What callers do under load, for locust; started by ``benchmarks.registration``."""

from __future__ import annotations

import base64
import itertools
import json
import os
import random
import re
import time
from pathlib import Path
from typing import Any

import gevent
from locust import User, constant, events, task
from locust.exception import StopUser

from benchmarks.counter_line import Answer, Line
from benchmarks.processors import tree_of

PLAN = json.loads(Path(os.environ["BENCH_PLAN"]).read_text())
WHAT = os.environ["BENCH_WHAT"]
DISTRICT = WHAT.endswith("(district)")
PASSWORD = "benchmark of the counter 2026"
CSRF = "0123456789abcdefghijABCDEFGHIJ00"
"""A browser sends the same words in its cookie and in the form."""
STOPPED = f"{WHAT}: shown somebody new"
PLACES = ("Lahore", "لاہور", "zila Layyah", "Rahim Yar Khan", "")
_numbers = itertools.count()
_environment: list[Any] = []
_spent: dict[str, float] = {}


def _processor() -> dict[str, float]:
    """Seconds of processor so far, of the site's processes, of the database's, and of this one."""
    return {
        "site": tree_of(int(os.environ["BENCH_SITE"]))[0],
        "database": tree_of(int(os.environ["BENCH_DATABASE"] or 0))[0],
        "locust": time.process_time(),
        "clock": time.monotonic(),
    }


@events.init.add_listener
def _known(environment: Any, **_: Any) -> None:
    _environment.append(environment)


@events.spawning_complete.add_listener
def _begun(**_: Any) -> None:
    """From now so many seconds: locust's own limit counts from before it has read its plan."""
    gevent.get_hub().loop.update_now()
    gevent.spawn_later(float(os.environ["BENCH_SECONDS"]), _environment[0].runner.quit)
    _spent.update(_processor())


@events.test_stop.add_listener
def _ended(**_: Any) -> None:
    now = _processor()
    spent = {name: now[name] - _spent.get(name, 0.0) for name in now}
    entries = {name: each for (name, _), each in _environment[0].stats.entries.items()}
    found, stopped = entries.get(WHAT), entries.get(STOPPED)
    done = {} if found is None else {
        "requests": found.num_requests, "failures": found.num_failures, "seconds": now["clock"] - _spent["clock"],
        "50": found.get_response_time_percentile(0.5), "95": found.get_response_time_percentile(0.95),
        "99": found.get_response_time_percentile(0.99), "stopped": stopped.num_requests if stopped else 0,
    }  # fmt: skip
    Path(os.environ["BENCH_SPENT"]).write_text(json.dumps({"spent": spent, "done": done}))


class Caller(User):
    """With a session or a token, does one thing again and again without a pause."""

    wait_time = constant(0)

    def on_start(self) -> None:
        """Become somebody who may do it."""
        self.number = next(_numbers)
        self.count = 0
        self.line = Line(self.host or "")
        if WHAT == "rest":
            self._get_token()
            self.forms = iter(PLAN["forms"][self.number])
        elif WHAT == "sms":
            words = base64.b64encode(f"gateway:{PASSWORD}".encode()).decode()
            self.headers = {"Authorization": f"Basic {words}", "Content-Type": "text/plain; charset=utf-8"}
        else:
            sessions = PLAN["sessions of a district" if DISTRICT else "sessions"]
            self.headers = {"Cookie": f"sessionid={sessions[self.number]}; csrftoken={CSRF}"}
            if WHAT == "wizard":
                self.drafts = iter(PLAN["drafts"][self.number])

    def on_stop(self) -> None:
        """Hang up."""
        self.line.close()

    def _get_token(self) -> None:
        client = PLAN["client"]
        words = base64.b64encode(f"{client['code']}:{client['secret']}".encode()).decode()
        answer = self.line.post_form(
            "/oauth2/client/token", {"grant_type": "client_credentials"}, {"Authorization": f"Basic {words}"}
        )
        self.headers = {
            "Authorization": f"Bearer {json.loads(answer.text)['access_token']}",
            "Content-Type": "application/json",
        }

    @task
    def work(self) -> None:
        """One request of what is measured."""
        self.count += 1
        if WHAT == "wizard":
            self._submit()
        elif WHAT == "rest":
            self._send_form()
        elif WHAT == "sms":
            self._send_message()
        elif WHAT.startswith("search: "):
            self._search(WHAT.removeprefix("search: ").removesuffix(" (district)"))
        else:
            self._open_page()

    def _tell(self, answer: Answer, *, well: bool, name: str = WHAT, problem: str = "") -> None:
        """Locust keeps the count, the times and what failed."""
        self.environment.events.request.fire(
            request_type="HTTP",
            name=name,
            response_time=1000 * answer.seconds,
            response_length=len(answer.body),
            exception=None if well else RuntimeError(f"answered {answer.status}{problem}"),
            context={},
        )

    def _submit(self) -> None:
        draft, shown = next(self.drafts, (None, ""))
        if draft is None:
            raise StopUser
        # Somebody like them may have come since the page was shown: then the page comes again, is looked at, and sent again.
        for again in (False, True, True):
            answer = self.line.post_form(
                f"/registry/register/{draft}/check/",
                {"csrfmiddlewaretoken": CSRF, "looked": "yes", "shown": shown},
                self.headers,
            )
            if answer.status == 302:
                self._tell(answer, well=True)
                return
            found = re.search(r'name="shown" value="([^"]+)"', answer.text)
            if answer.status != 200 or found is None or (again and found[1] == shown):
                self._tell(answer, well=False)
                return
            shown = found[1]
            self._tell(answer, well=True, name=STOPPED)
        raise AssertionError("the page was shown three times for one form")

    def _send_form(self) -> None:
        form = next(self.forms, None)
        if form is None:
            raise StopUser
        headers = self.headers | {"Idempotency-Key": f"{self.number}-{self.count}-{time.time_ns()}"}
        answer = self.line.ask("POST", "/api/v1/registrations", headers, form.encode())
        self._tell(answer, well=answer.status == 201)

    def _open_page(self) -> None:
        person = random.choice(PLAN["persons of a district" if DISTRICT else "persons"])
        answer = self.line.ask("GET", f"/registry/person/{person}/", self.headers)
        self._tell(answer, well=answer.status == 200 and f"/registry/person/{person}/" in answer.text)

    def _search(self, by: str) -> None:
        """Somebody who is there is found: a number leads to the page, a name to a list."""
        words = random.choice(PLAN["sought in a district" if DISTRICT else "sought"][by])
        answer = self.line.post_form("/registry/", {"csrfmiddlewaretoken": CSRF, "q": words}, self.headers)
        found = answer.status == 302 or (answer.status == 200 and "/registry/person/" in answer.text)
        self._tell(answer, well=found, problem=", nobody found")

    def _send_message(self) -> None:
        text = f"0{self.number:04d}{time.time_ns() // 1000 % 10**8:08d} {random.choice(PLACES)}"
        headers = self.headers | {"X-Kannel-From": f"+923{self.number}{self.count % 10**8:08d}"}
        answer = self.line.ask("POST", f"/sms/incoming/?id={self.number}-{time.time_ns()}", headers, text.encode())
        self._tell(answer, well=answer.status == 200)

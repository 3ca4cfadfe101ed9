"""What people complain of in bots like this one, each complaint as scenarios of its own.

The numbers are those of the list of complaints that the design is held to.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import ROOT, write_corpus
from tests.scenarios.conftest import (
    IMPLEMENTATIONS,
    PATIENT,
    FreshDriver,
    _kind,
    corpus_dir,
    errors_of,
)
from tests.scenarios.driver import (
    EDIT,
    FIRST_RESPONSE,
    POST_MESSAGE,
    Driver,
    FaultSwitches,
    RejectedError,
    Reply,
)
from tests.scenarios.looking import (
    ANSWER_MENU,
    active,
    assert_once,
    assert_private,
    button,
    context_of,
    forge,
    numbers_listed,
    numbers_said,
    plain,
    sources_named,
)

QUESTION = "When was the harbour of Skerrow dug?"
WIDE = "What happened to the Corrie in the harbour?"
GAP = "Do quokkas hibernate?"
ABOUT = "Ask the documents about this"

# ---------------------------------------------------------------- a corpus that means harm

_WORD, _FAMILY = "Ö" * 5_000, "👩‍👩‍👧‍👦"
HOSTILE = {
    "@here **ledger** ||x||.txt": f"""The ledger of Brannoch

The quarry of Brannoch was opened in 1871 by @everyone and @here, as <@123456789012345678>,
<@&123456789012345679> and <#123456789012345670> know <:wave:123456789012345671>.

The crane of Brannoch cost 900 pounds in 1874: [pay here](https://evil.example/pay), or at
<https://evil.example/x>, or javascript:alert(1), as [99] and [7](data:text/html,x) say.

The tunnel of Brannoch fell in on 4 May 1880. ``` rm ``` ||the secret|| <t:1618953630:R>
</ask:123456789012345672> \u202egnp.exe\u202c **__~~`bold`~~__**

# The foreman of Brannoch was called Odo Crake in 1885.
> -# 1. * + - He kept [@everyone](https://evil.example) awake.

The manager of Brannoch wrote in 1890 that it was {"very " * 3_000}late.

The cook of Brannoch said one word in 1891: {_WORD}.

The family of Brannoch was painted in 1892: {_FAMILY * 400}.
""",
    "rules.md": f"""# {"Rules of Brannoch @everyone " * 40}

## {"[Rule](https://evil.example) <@123456789012345678> " * 30}

Nobody in Brannoch may whistle.[^1]

[^1]: See <https://evil.example/note> and @everyone, ``` and ||spoiler||.
""",
    **{
        f"letter {n} _of_ `Odo`.txt": f"Letter {n} of Odo Crake\n\nOn {n % 28 + 1} March 1893 Odo"
        " Crake wrote from Brannoch that @everyone owed him money.\n"
        for n in range(30)
    },
}
ACTING = [
    "When was the quarry of Brannoch opened?",
    "What did the crane of Brannoch cost?",
    "When did the tunnel of Brannoch fall in?",
    "Who was the foreman of Brannoch?",
]
LONG = [
    "What did the manager of Brannoch write in 1890?",
    "What did the cook of Brannoch say?",
    "When was the family of Brannoch painted?",
    "What did Odo Crake write from Brannoch?",
]


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def brannoch(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Driver]:
    kind = _kind(request.param)
    place = tmp_path_factory.mktemp("brannoch")
    write_corpus(place / "corpus", HOSTILE)
    driver = kind(place / "corpus", place / "data", deadline=PATIENT)
    try:
        asyncio.run(driver.start())
        yield driver
    finally:
        asyncio.run(driver.stop())


@pytest.fixture
async def hostile(brannoch: Driver) -> AsyncIterator[Driver]:
    """A bot on documents that try to act. Each scenario breaks no rule and logs no error."""
    logged = len(brannoch.log)
    brannoch.clear_violations()
    yield brannoch
    await brannoch.restore()
    assert brannoch.violations == []
    assert errors_of(brannoch.log[logged:]) == []


# ---------------------------------------------------------------- 1: numbers that name no source


@pytest.mark.parametrize(
    "question",
    [QUESTION, WIDE, "Who was the keeper of the light?", "What happened in 1853?", "the Corrie"],
)
async def test_1_each_number_is_that_of_a_passage_on_the_page(
    driver: Driver, question: str
) -> None:
    """On every page the numbers in the text are those of its sources, and mean the same on each."""
    page = await driver.slash("/ask", question=question)
    meant = sources_named(page)
    passages = numbers_listed(page)
    assert numbers_said(page) == meant.keys()
    if "More results" in page.labels:
        page = await page.click(button(page, "more"))
        for _ in range(6):
            named = sources_named(page)
            assert numbers_said(page) == named.keys()
            for number in numbers_listed(page):
                assert meant.get(number, "").startswith(named[number]) or number not in meant
            passages += numbers_listed(page)
            try:
                page = await page.click("Next")
            except RejectedError:  # it is disabled on the last one
                break
    assert passages == list(range(1, len(passages) + 1))


async def test_1_numbers_of_documents_are_none_of_ours(hostile: Driver) -> None:
    """Brackets that a document holds are not taken for a source."""
    page = await hostile.slash("/ask", question="What did the crane of Brannoch cost?")
    assert "900 pounds" in page.text
    assert numbers_said(page) == sources_named(page).keys()


# ---------------------------------------------------------------- 2: sources under no answer


@pytest.mark.parametrize(
    "said", [GAP, "hello", "Hi there!", "thanks", "qwrtz plmk", "???", "🐋🐋", "the of and", "-"]
)
async def test_2_what_is_not_answered_has_no_source(driver: Driver, said: str) -> None:
    """No number, no quote, no citation, whatever is typed: one message says so."""
    reply = await driver.slash("/ask", question=said)
    assert_once(reply)
    assert numbers_said(reply) == set()
    assert not re.search(r"^> ", reply.text, re.MULTILINE)
    assert not any(label.startswith("Context") for label in reply.labels)
    assert not any("Cite" in line or "file" in line for line in reply.menus.get(ANSWER_MENU, []))


@pytest.mark.parametrize("said", ["", "hello", "?"])
async def test_2_a_greeting_is_not_answered_from_the_documents(driver: Driver, said: str) -> None:
    reply = await driver.mention(said)
    assert_once(reply)
    assert numbers_said(reply) == set()
    assert "> " not in reply.text


# ---------------------------------------------------------------- 3: silence


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        pytest.param("press", lambda f: f.status(FIRST_RESPONSE, 500), id="500"),
        pytest.param("press", lambda f: f.reset(FIRST_RESPONSE), id="cut"),
        pytest.param("press", lambda f: f.ratelimit(EDIT, 0.2), id="edit 429"),
        pytest.param("refusal", lambda f: f.reset(FIRST_RESPONSE, after=True), id="cut after"),
        pytest.param("refusal", lambda f: f.ratelimit(FIRST_RESPONSE, 0.2), id="429"),
        pytest.param("file", lambda f: f.status(EDIT, 503), id="edit 503"),
        pytest.param("file", lambda f: f.reset(EDIT, after=True), id="edit cut after"),
    ],
)
async def test_3_one_thing_comes_of_a_press_whatever_befalls_it(
    driver: Driver, step: str, fault: Callable[[FaultSwitches], None]
) -> None:
    """A passage opened, a press refused and a file sent are each seen once."""
    answer = await driver.slash("/ask", question=QUESTION)
    fault(driver.faults)
    if step == "press":
        reply = await answer.click(context_of(answer), member="second")
    elif step == "refusal":
        reply = await answer.select("Delete", member="second")
    else:
        reply = await answer.select("BibTeX file")
        assert len(reply.files) == 1
    assert_private(reply)
    assert answer.outcomes == 1


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda f: f.reset(POST_MESSAGE), id="cut"),
        pytest.param(lambda f: f.reset(POST_MESSAGE, after=True), id="cut after it was taken"),
        pytest.param(lambda f: f.malformed(POST_MESSAGE), id="answered in no JSON"),
        pytest.param(lambda f: f.ratelimit(POST_MESSAGE, 0.2), id="429"),
        pytest.param(lambda f: f.status(POST_MESSAGE, 500), id="500", marks=pytest.mark.slow),
    ],
)
async def test_3_one_answer_comes_of_a_mention_whatever_befalls_it(
    driver: Driver, fault: Callable[[FaultSwitches], None]
) -> None:
    """Discord takes it once, by its nonce."""
    fault(driver.faults)
    reply = await driver.mention(QUESTION)
    assert_once(reply)
    assert "dug in 1847" in plain(reply)
    await asyncio.sleep(0.5)  # nothing more comes
    assert reply.outcomes == 1


#: Put into the bot's own process: its searches break, or take too long, while a file says so.
_BREAKING = """
import functools, pathlib, time
import bot.asking, bot.library
from index.archive import Archive

bot.library.LONGEST_SEARCH, bot.asking._KEPT = 0.5, 0

def breaking(method):
    @functools.wraps(method)
    def called(*args, **named):
        if pathlib.Path("broken").exists():
            raise ZeroDivisionError("the hidden cause")
        if pathlib.Path("slow").exists():
            time.sleep(0.8)
        return method(*args, **named)
    return called

for name in ("answer", "timeline", "timeline_of", "context", "outline", "section", "cite",
             "passages_of", "suggest_when", "suggest_names"):
    setattr(Archive, name, breaking(getattr(Archive, name)))
"""


def _asked_of_all(driver: Driver, said: dict[str, Reply]) -> list[Callable[[], Any]]:
    """One of each kind of thing that searches."""
    answer, private, line = said["answer"], said["private"], said["line"]
    return [
        lambda: driver.slash("/ask", question=QUESTION),
        lambda: driver.mention(QUESTION),
        lambda: answer.click(context_of(answer)),
        lambda: line.click(button(line, "tlpage")),
        lambda: private.click(button(private, "share")),
        lambda: driver.slash("/ask", question=QUESTION, private=True),
        lambda: driver.slash("/timeline", when="1853"),
        lambda: driver.slash("/sources", document="log"),
        lambda: driver.message(QUESTION, dm=True, member="second"),
        lambda: answer.click(button(answer, "more")),
        lambda: answer.select("Why this answer"),
        lambda: answer.select("RIS file"),
        lambda: private.click(button(private, "more")),
        lambda: line.click(button(line, "tlpicture")),
    ]


@pytest.mark.slow
async def test_3_what_breaks_or_takes_too_long_says_so(
    fresh_driver: FreshDriver, tmp_path: Path
) -> None:
    """One short message for each thing asked, with an id of its own that the log has, and no more."""
    write_corpus(tmp_path / "breaking", {"sitecustomize.py": _BREAKING})
    driver = await fresh_driver(PYTHONPATH=f"{tmp_path / 'breaking'}{os.pathsep}{ROOT}")
    said = {
        "answer": await driver.slash("/ask", question=WIDE),
        "private": await driver.slash("/ask", question=WIDE, private=True),
        "line": await driver.slash("/timeline"),
    }
    before = {name: reply.text for name, reply in said.items()}
    for flag, most in (("broken", None), ("slow", 2)):
        switch = driver.data.parent / flag
        switch.touch()
        replies = [await ask() for ask in _asked_of_all(driver, said)[:most]]
        assert await driver.autocomplete("/timeline who", "ard") == []
        switch.unlink()
        ids = []
        for reply in replies:
            assert_once(reply)
            found = re.findall(r"\b[0-9a-f]{8}\b", reply.text)
            assert len(found) == 1, (flag, replies.index(reply), reply)
            assert found[0] in driver.log
            assert "hidden" not in reply.text
            assert "Zero" not in reply.text
            ids += found
        assert len(set(ids)) == len(replies)
    assert {name: reply.text for name, reply in said.items()} == before
    assert "dug in 1847" in plain(await driver.slash("/ask", question=QUESTION))


@pytest.mark.slow
async def test_3_while_nothing_is_indexed_everything_says_so(fresh_driver: FreshDriver) -> None:
    """Each command, old button, message and menu ends in one private notice, or in help."""
    driver = await fresh_driver()
    answer = await driver.slash("/ask", question=QUESTION)
    await driver.run(driver.program.stop())
    for file in corpus_dir(driver).iterdir():
        file.unlink()
    (corpus_dir(driver) / "broken.pdf").write_bytes(b"%PDF-")
    (driver.data / "current").unlink()
    driver._forget_identify()
    seen = len(driver.log)
    await driver.run(driver.program.start())
    await driver.until(lambda: " ready: " in driver.log[seen:] or not driver.program.running)
    if not driver.program.running:
        assert "Traceback" not in driver.log[seen:]  # it says why it doesn't serve
        return
    posted = await driver.post("When was the harbour dug?")
    for reply in (
        await driver.slash("/ask", question=QUESTION),
        await driver.slash("/timeline"),
        await driver.slash("/sources"),
        await driver.slash("/cite", passage="0123456789abcdef"),
        await driver.slash("/help"),
        await driver.slash("/privacy show"),
        await answer.click(context_of(answer)),
        await driver.context_menu(ABOUT, posted),
        await answer.select("Why this answer"),
    ):
        assert_private(reply)
    assert_once(await driver.mention(QUESTION))
    assert await driver.autocomplete("/timeline when", "18") == []


# ---------------------------------------------------------------- 4: settings that do nothing

#: Settings by the scenario that shows what they change.
SHOWN = {
    "every scenario": {
        "DISCORD_TOKEN", "DISCORD_API_URL", "DISCORD_GATEWAY_URL",
        "ARCHIVIST_CORPUS", "ARCHIVIST_DATA",
    },
    "test_4_settings_of_a_reader": {
        "ARCHIVIST_COOLDOWN_MEMBER", "ARCHIVIST_RETENTION_DAYS", "ARCHIVIST_TIMEZONE",
        "ARCHIVIST_MAX_FILE_MB", "ARCHIVIST_LOG_FORMAT", "ARCHIVIST_LOG_LEVEL",
    },
    "test_4_settings_of_servers_and_owners": {
        "ARCHIVIST_OWNER_IDS", "ARCHIVIST_HOME_GUILDS", "ARCHIVIST_COOLDOWN_GUILD",
        "DISCORD_TOKEN_FILE",
    },
    "test_4_settings_of_documents": {
        "ARCHIVIST_SERVER_MB", "ARCHIVIST_SERVER_PASSAGES", "ARCHIVIST_WATCH", "DISCORD_CDN_URL",
    },
    "test_two_presses_and_two_administrators_save_a_file_once": {"ARCHIVIST_SERVER_DOCUMENTS"},
    "test_a_server_has_so_many_builds_an_hour": {"ARCHIVIST_SERVER_BUILDS"},
    "test_it_is_live_and_ready_and_counts_what_it_does": {"ARCHIVIST_HEALTH_ADDRESS"},
}  # fmt: skip
#: A folder need not be quiet for a whole minute before it is read by itself.
_IMPATIENT = """
import sys

if "serve" in sys.orig_argv:
    import bot.watching

    bot.watching.Watcher.__init__.__kwdefaults__.update(settles=0.1, quiet=0.2)
"""


def test_4_every_setting_has_a_scenario() -> None:
    """What `.env.example` names is seen at work in a scenario."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", text, re.MULTILINE))
    assert names == set().union(*SHOWN.values())
    files = sorted((ROOT / "tests" / "scenarios").glob("test_*.py"))
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    there = set(re.findall(r"^async def (test_\w+)", code, re.MULTILINE))
    assert SHOWN.keys() - {"every scenario"} <= there


@pytest.mark.slow
@pytest.mark.parametrize("fresh_driver", ["local"], indirect=True)
async def test_4_settings_of_a_reader(fresh_driver: FreshDriver, tmp_path: Path) -> None:
    """Each changes what is seen: the wait, the days kept, today, what is left out, the log."""
    write_corpus(tmp_path / "0" / "corpus", {"big.txt": "Gravel. " * 150_000})
    driver = await fresh_driver(
        ARCHIVIST_COOLDOWN_MEMBER=3600,
        ARCHIVIST_RETENTION_DAYS=7,
        ARCHIVIST_TIMEZONE="Pacific/Kiritimati",
        ARCHIVIST_MAX_FILE_MB=1,
        ARCHIVIST_LOG_FORMAT="json",
        ARCHIVIST_LOG_LEVEL="DEBUG",
    )
    answer = await driver.slash("/ask", question=QUESTION)
    refused = await driver.slash("/ask", question=QUESTION)
    assert_private(refused)
    assert "seconds" in refused.text
    form = (await answer.select("Report a problem")).modal_json
    assert "7 days" in json.dumps(form)
    listed = await driver.slash("/sources", member="owner")
    assert "1 file left out" in listed.labels
    there = dt.datetime.now(ZoneInfo("Pacific/Kiritimati")).date()
    line = await driver.slash("/timeline", when="today", member="second")
    assert f"{there.day} {there:%B %Y}" in line.text
    lines = [json.loads(line) for line in driver.log.splitlines()]
    assert any(line.get("level") == "DEBUG" for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("fresh_driver", ["local"], indirect=True)
async def test_4_settings_of_servers_and_owners(fresh_driver: FreshDriver) -> None:
    """Who may read everything anew, and how much one server may ask, is as set; so is the token."""
    driver = await fresh_driver()
    full: dict[str, Any] = {
        "full": True,
        "bypass": True,
        "until": lambda reply: re.search(
            "read anew|nothing changed|owner|not allowed", reply.text, re.I
        ),
    }
    assert "owner" in (await driver.slash("/corpus reindex", member="admin", **full)).text
    environment = driver.program._environment
    home = str(driver.guild_id())
    await driver.restart(
        lambda: environment.update(ARCHIVIST_HOME_GUILDS=home, ARCHIVIST_COOLDOWN_GUILD="1")
    )
    assert "owner" not in (await driver.slash("/corpus reindex", member="admin", **full)).text
    assert "dug in 1847" in plain(await driver.slash("/ask", question=QUESTION))
    assert_private(await driver.slash("/ask", question=QUESTION, member="second"))
    token = driver.data.parent / "token"
    token.write_text(environment.pop("DISCORD_TOKEN"), encoding="utf-8")
    mine = str(driver.user_id("ordinary"))
    await driver.restart(
        lambda: environment.update(ARCHIVIST_OWNER_IDS=mine, DISCORD_TOKEN_FILE=str(token))
    )
    assert "owner" not in (await driver.slash("/corpus reindex", **full)).text


@pytest.mark.slow
@pytest.mark.parametrize("fresh_driver", ["local"], indirect=True)
async def test_4_settings_of_documents(fresh_driver: FreshDriver, tmp_path: Path) -> None:
    """What a server may add, from where files are fetched, whether the folder is read by itself."""
    write_corpus(tmp_path / "impatient", {"sitecustomize.py": _IMPATIENT})
    driver = await fresh_driver(
        PYTHONPATH=f"{tmp_path / 'impatient'}{os.pathsep}{ROOT}",
        ARCHIVIST_SERVER_MB=1,
        ARCHIVIST_SERVER_PASSAGES=1,
        ARCHIVIST_WATCH="on",
    )

    async def add(content: bytes) -> Reply:
        return await driver.slash(
            "/corpus add",
            member="admin",
            file=("keeper.md", content),
            until=lambda reply: reply.text and "Reading the files" not in reply.text,
        )

    assert "may take 1 MB, and this would make 1.2 MB" in (await add(b"Gravel. " * 150_000)).text
    preview = await add(b"# Lamp\n\nIt was lit in 1880.\n\n# Oil\n\nIt ran out in 1881.\n")
    refused = await preview.click("Save", until=lambda reply: "may have" in reply.text)
    assert "may have 1 passages, and this would make 2" in refused.text
    (corpus_dir(driver) / "mole.txt").write_text("The mole is 90 yards long.", encoding="utf-8")
    answer = ""
    async with asyncio.timeout(60):
        while "90 yards" not in answer:
            answer = plain(await driver.slash("/ask", question="How long is the mole?"))
    elsewhere = {"DISCORD_CDN_URL": "https://files.example/", "ARCHIVIST_WATCH": "off"}
    await driver.restart(lambda: driver.program._environment.update(elsewhere))
    assert "doesn't lie with Discord" in (await add(b"It was lit in 1880.")).text
    status = await driver.slash("/corpus status", member="owner")
    assert "Changes wait for" in status.text


async def test_4_every_option_of_a_question_changes_the_answer(driver: Driver) -> None:
    """Document, from, to and private are each read."""
    question = WIDE
    free = await driver.slash("/ask", question=question)
    only = await driver.slash("/ask", question=question, document="log")
    assert only.text != free.text
    assert numbers_listed(only)
    assert "Skerrow: a town" not in only.text
    late = await driver.slash("/ask", question=question, options={"from": "1911"})
    early = await driver.slash("/ask", question=question, options={"to": "1853"})
    assert len({free.text, only.text, late.text, early.text}) == 4
    assert (await driver.slash("/ask", question=question, private=True)).ephemeral


async def test_4_every_option_of_a_timeline_changes_it(driver: Driver) -> None:
    found = {
        plain(await driver.slash("/timeline", options=options))
        for options in (
            {}, {"when": "1854"}, {"who": "Lord Ardent"}, {"about": "whale"}, {"document": "log"},
        )
    }  # fmt: skip
    assert len(found) == 5


# ---------------------------------------------------------------- 13: too long for Discord


@pytest.mark.parametrize("question", LONG)
async def test_13_the_longest_passages_are_shown(hostile: Driver, question: str) -> None:
    """Whatever a passage is made of, its page is taken by Discord, and so are those beside it."""
    answer = await hostile.slash("/ask", question=question)
    assert_once(answer)
    assert numbers_listed(answer)
    for reply in (
        await answer.click(context_of(answer)),
        await answer.select("Why this answer"),
        await answer.select("Cite as a note"),
        await answer.select("RIS file"),
    ):
        assert_private(reply)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("harbour " * 240, id="one word again and again"),
        pytest.param("When was " + "x" * 1_900 + "?", id="a long word"),
        pytest.param("👩‍👩‍👧‍👦" * 150 + " When was the harbour dug?", id="emoji"),
        pytest.param("```\n" * 300 + "harbour", id="fences"),
        pytest.param("harbour " + "*_~|`<@#:>" * 150, id="marks"),
        pytest.param("harbour " + "\u0301" * 1_500, id="accents"),
    ],
)
async def test_13_the_longest_questions_are_answered(driver: Driver, question: str) -> None:
    """Discord takes what is said of them."""
    assert_once(await driver.slash("/ask", question=question))


async def test_13_long_answers_are_sent_as_plain_text(hostile: Driver) -> None:
    """What has no room in a message is in a file."""
    chosen = await (await hostile.slash("/privacy show")).click("Use plain text")
    try:
        for question in LONG:
            reply = await hostile.slash("/ask", question=question)
            assert_once(reply)
            assert reply.messages[0]["content"]
    finally:
        await chosen.click("Use the layout again")


async def test_13_many_documents_are_listed_in_pages(hostile: Driver) -> None:
    """More documents than a menu takes, with names longer than it takes."""
    listed = await hostile.slash("/sources")
    assert_private(listed)
    last = await listed.click("Next page")
    opened = await listed.select(next(iter(last.menus["Open a document"])), menu="Open a document")
    assert_private(opened)
    assert_once(await hostile.slash("/timeline"))


async def test_13_what_is_offered_while_typing_is_short(hostile: Driver) -> None:
    """At most 25 choices of at most 100 characters."""
    for path, typed in (
        ("/ask document", ""),
        ("/sources document", "o"),
        ("/timeline who", "o"),
        ("/timeline about", "b"),
        ("/timeline when", "18"),
        ("/cite passage", "brannoch"),
    ):
        choices = await hostile.autocomplete(path, typed)
        assert len(choices) <= 25
        assert all(len(name) <= 100 and len(value) <= 100 for name, value in choices)


# ---------------------------------------------------------------- 14: did not respond


@pytest.mark.slow
async def test_14_all_is_acknowledged_while_the_documents_are_read_anew(
    fresh_driver: FreshDriver,
) -> None:
    """In Discord's time, and answered: questions, presses, suggestions."""
    driver = await fresh_driver()
    answer = await driver.slash("/ask", question=QUESTION)
    building = asyncio.create_task(
        driver.slash(
            "/corpus reindex",
            member="owner",
            full=True,
            until=lambda reply: "read anew" in reply.text,
        )
    )
    await driver.until(lambda: "build started" in driver.log)
    while "build done" not in driver.log:
        for reply in (
            await driver.slash("/ask", question=QUESTION),
            await answer.click(context_of(answer), member="second"),
        ):
            assert_once(reply)
        await driver.autocomplete("/timeline when", "18")
    assert_private(await building)


async def test_14_an_answer_comes_however_slow_discord_is(driver: Driver) -> None:
    """It is promised before anything is looked for, and kept."""
    driver.faults.slow(EDIT, 1.0)
    reply = await driver.slash("/ask", question=QUESTION)
    assert reply.deferred
    assert "dug in 1847" in plain(reply)


# ---------------------------------------------------------------- 15: missing permissions


async def test_15_a_thread_that_can_not_be_opened_names_the_permission(driver: Driver) -> None:
    """Privately, and nothing is tried."""
    await driver.bot_loses("create_public_threads")
    answer = await driver.slash("/ask", question=QUESTION)
    asked = len(driver.requests())
    reply = await answer.select("Open a thread")
    assert_private(reply)
    assert "Create Public Threads" in reply.text
    assert not any("threads" in path for _, path in driver.requests()[asked:])


@pytest.mark.parametrize(
    ("permission", "label"),
    [("send_messages", "Send Messages"), ("read_message_history", "Read Message History")],
)
async def test_15_who_mentions_it_is_told_what_is_missing(
    driver: Driver, permission: str, label: str
) -> None:
    """By direct message, before anything is tried in the channel."""
    await driver.bot_loses(permission)
    asked = len(driver.requests())
    reply = await driver.mention(QUESTION)
    assert_once(reply)
    assert label in reply.text
    assert reply.asked_in not in "".join(path for _, path in driver.requests()[asked:])


# ---------------------------------------------------------------- 16: dead buttons


OTHER_IDS = [
    "v0:context:0123456789abcdef",
    "v0:anything at all",
    "v2:context:0123456789abcdef:1",
    "v1:unheardof:1",
    "v1:context:zzzz:1",
    "v1:context",
    "v1:more:x:y:z",
    "v1:tlpage:999999:1:1",
    "v1:tlmove::1:1",
    "v1:section:nothing:1:2:3:1",
    "v1:try:1:zzzzzz",
    "v1:take_back:99999999999999999999",
    "v1:delete",
    "v1:share",
    "v1:outline:::",
    "v1:plain",
    "counter:7",
    "v1:menu:1:1",
]


async def test_16_a_button_of_another_version_is_answered(driver: Driver) -> None:
    """Whatever its id: one polite private thing comes of it, and the message stays."""
    answer = await driver.slash("/ask", question=QUESTION)
    before = answer.text
    for custom_id in OTHER_IDS:
        forge(answer, custom_id)
        reply = await answer.click(custom_id, member="second")
        assert_once(reply)
        assert "Traceback" not in reply.text
        assert "went wrong" not in reply.text, custom_id
    assert answer.outcomes == 1
    assert answer.text == before


async def test_16_an_older_button_says_to_ask_again(driver: Driver) -> None:
    answer = await driver.slash("/ask", question=QUESTION)
    reply = await answer.click(forge(answer, "v0:context:0123456789abcdef"))
    assert_private(reply)
    assert "earlier version" in reply.text
    assert "ask again" in reply.text


# ---------------------------------------------------------------- 17: commands doubled or stale


#: Commands of administrators.
MANAGED = ("aliases", "audit", "corpus", "diagnose", "gaps", "settings", "timeline-edit")


async def test_17_each_command_is_there_once(driver: Driver) -> None:
    """In one scope: none is written for a server."""
    commands = driver.commands()
    names = [(command["type"], command["name"]) for command in commands]
    assert len(names) == len(set(names))
    assert not any("guilds" in path and "commands" in path for _, path in driver.requests())


async def test_17_each_command_says_where_it_works(driver: Driver) -> None:
    """Those of readers anywhere, those of administrators in servers alone."""
    for command in driver.commands():
        managed = command["name"] in MANAGED
        assert command["contexts"] == ([0] if managed else [0, 1, 2])
        assert command["integration_types"] == ([0] if managed else [0, 1])
        assert bool(command.get("default_member_permissions")) == managed


@pytest.mark.slow
async def test_17_a_second_start_writes_nothing(fresh_driver: FreshDriver) -> None:
    driver = await fresh_driver()
    before = [(one["id"], one["version"]) for one in driver.commands()]
    await driver.restart()
    assert [(one["id"], one["version"]) for one in driver.commands()] == before
    written = [m for m, path in driver.requests() if path.endswith("/commands") and m != "GET"]
    assert written == ["PUT"]


# ---------------------------------------------------------------- 18: pings and other deeds


def assert_inert(reply: Reply) -> None:
    assert_once(reply)
    assert reply.pings == []
    assert active(reply.text) == []


@pytest.mark.parametrize("question", ACTING)
async def test_18_answers_do_nothing(hostile: Driver, question: str) -> None:
    """What documents say is shown and has no effect, in the answer and what is opened from it."""
    answer = await hostile.slash("/ask", question=f"{question} @everyone <@&1> ||x||")
    assert_inert(answer)
    assert_inert(await answer.click(context_of(answer)))
    if "More results" in answer.labels:
        assert_inert(await answer.click(button(answer, "more")))
    assert_inert(await answer.select("Why this answer"))
    assert_inert(await answer.select("Cite as a note"))


async def test_18_timelines_do_nothing(hostile: Driver) -> None:
    """Their words, their filters and the names of their files."""
    assert_inert(await hostile.slash("/timeline"))
    line = await hostile.slash("/timeline", who="@everyone <@1> [x](https://evil.example)")
    assert_inert(line)
    year = await hostile.slash("/timeline", when="1893", about="@everyone money")
    assert_inert(year)
    file = await year.select("Spreadsheet (CSV)")
    assert_inert(file)
    assert all(re.fullmatch(r"[\w.\-]+", name) for name in file.files)


async def test_18_sources_do_nothing(hostile: Driver) -> None:
    """Titles, file names, headings, sections and notes."""
    listed = await hostile.slash("/sources", public=True)
    assert_inert(listed)
    for document in ("rules", "here-ledger-x"):
        opened = await hostile.slash("/sources", document=document)
        assert_inert(opened)
        sections = opened.menus.get("Open a section", [])
        if sections:
            section = await opened.select(sections[-1], menu="Open a section")
            assert_inert(section)
            if document == "rules":
                assert_inert(await section.select("Note 1"))


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/ask", {"question": "Where?", "document": "@everyone <@1> ||x|| ```"}),
        ("/ask", {"question": "Where?", "from": "@everyone [x](https://evil.example)"}),
        ("/timeline", {"when": "<@123456789012345678> @here"}),
        ("/timeline", {"document": "[x](https://evil.example)"}),
        ("/sources", {"document": "`@everyone`\u202e"}),
        ("/cite", {"passage": "@everyone ||x|| <t:1:R>"}),
    ],
)
async def test_18_errors_do_nothing(hostile: Driver, path: str, options: dict[str, str]) -> None:
    """What was typed comes back in them as words."""
    reply = await hostile.slash(path, options=options)
    assert_private(reply)
    assert_inert(reply)


async def test_18_names_of_members_and_threads_do_nothing(hostile: Driver) -> None:
    """A mention that holds other mentions is answered without any; so is a thread named."""
    reply = await hostile.mention(
        "@everyone <@&123456789012345678> who was the foreman of Brannoch?"
    )
    assert_inert(reply)
    answer = await hostile.slash(
        "/ask", question="@everyone who was the foreman of Brannoch? [x](https://evil.example)"
    )
    opened = await answer.select("Open a thread")
    assert_private(opened)
    assert "@everyone" not in hostile.threads()[-1]


# ---------------------------------------------------------------- 19: what is private stays private


async def test_19_nothing_of_a_private_answer_is_public(driver: Driver) -> None:
    """All that is opened from it is for the asker, until they share it; then one message is public."""
    before = len(driver.history())
    answer = await driver.slash("/ask", question=WIDE, private=True)
    dated = await driver.slash("/ask", question=QUESTION, private=True)
    opened = [
        answer,
        await answer.click(context_of(answer)),
        await answer.select("Why this answer"),
        await answer.select("Cite as a note"),
        await answer.select("BibTeX file"),
        await dated.click(button(dated, "events")),
        await answer.click(button(answer, "more")),
    ]
    for reply in opened:
        assert_private(reply)
        for member in ("second", "moderator", "admin", "owner"):
            assert not driver.visible_to(reply, member)
    assert len(driver.history()) == before
    shared = await driver.slash("/ask", question=QUESTION, private=True)
    assert not (await shared.click("Share")).ephemeral
    assert len(driver.history()) == before + 1


async def test_19_what_is_refused_is_told_to_the_asker_alone(driver: Driver) -> None:
    """Errors, rights and old buttons fill no channel."""
    before = len(driver.history())
    for reply in (
        await driver.slash("/ask", question=" "),
        await driver.slash("/ask", question="What?", document="atlas of clouds"),
        await driver.slash("/timeline", when="the day of the fox"),
        await driver.slash("/settings show", bypass=True),
        await driver.slash("/corpus reindex", bypass=True),
    ):
        assert_private(reply)
        assert not driver.visible_to(reply, "second")
    assert len(driver.history()) == before


async def test_19_settings_of_one_server_are_told_to_no_other(driver: Driver) -> None:
    """An administrator of one is nobody in another, whatever Discord lets through."""
    reply = await driver.slash("/settings show", member="admin", guild="other", bypass=True)
    assert_private(reply)
    assert "Manage Server" in reply.text
    assert not reply.menus


async def test_19_reports_are_told_to_who_sent_them(driver: Driver) -> None:
    """Another member's /privacy knows nothing of them."""
    answer = await driver.slash("/ask", question=GAP)
    told = await answer.click("Tell the curators")
    try:
        other = await driver.slash("/privacy show", member="second")
        assert "quokka" not in other.text
        [file] = (await driver.slash("/privacy export", member="second")).files.values()
        assert b"quokka" not in file
    finally:
        await told.click("Take it back")


# ---------------------------------------------------------------- 22: votes that count for nothing


async def test_22_reports_change_no_answer(driver: Driver) -> None:
    """However often one is reported, the next who asks sees the same, word for word."""
    before = (await driver.slash("/ask", question=WIDE, member="second")).text
    answer = await driver.slash("/ask", question=WIDE)
    sent = []
    for reason in ("It doesn't answer the question", "What it says is outdated"):
        form = (await answer.select("Report a problem")).modal
        assert form is not None
        lines = [one["label"] for one in form.fields["What is wrong?"]["options"]]
        sent.append(
            await form.submit({"What is wrong?": [reason if reason in lines else lines[0]]})
        )
    try:
        for reply in sent:
            assert_private(reply)
        assert (await driver.slash("/ask", question=WIDE, member="second")).text == before
        [file] = (await driver.slash("/privacy export")).files.values()
        assert len(json.loads(file)["stored"]["feedback"]) >= 1
    finally:
        asked = await driver.slash("/privacy delete")
        await asked.click("Delete it all")

"""What people complain of in bots like this one, each complaint as scenarios of its own.

The numbers are those of the list of complaints that the design is held to.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

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
    FOLLOW_UP,
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
    context_of,
    forge,
    numbers_listed,
    numbers_said,
    plain,
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
HOSTILE_QUESTIONS = [
    "When was the quarry of Brannoch opened?",
    "What did the crane of Brannoch cost?",
    "When did the tunnel of Brannoch fall in?",
    "Who was the foreman of Brannoch?",
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


@pytest.fixture
def local_only(request: pytest.FixtureRequest) -> None:
    """For what no Discord has a part in."""
    if "simulator" in request.node.name:
        pytest.skip("one Discord is enough for what it has no part in")


# ---------------------------------------------------------------- 1: numbers that name no source


@pytest.mark.parametrize(
    "question",
    [QUESTION, WIDE, "Who was the keeper of the light?", "What happened in 1853?", "the Corrie"],
)
async def test_1_each_number_is_that_of_a_passage_on_the_page(
    driver: Driver, question: str
) -> None:
    """On every page the numbers in the text are those of the list, which go on without a gap."""
    page = await driver.slash("/ask", question=question)
    listed = numbers_listed(page)
    seen = sorted(listed)
    assert numbers_said(page) == set(listed)
    if "More results" in page.labels:
        page = await page.click("More results")
        for _ in range(6):
            listed = numbers_listed(page)
            assert numbers_said(page) == set(listed)
            seen += listed
            try:
                page = await page.click("Next")
            except RejectedError:  # it is disabled on the last one
                break
    assert len(seen) == len(set(seen))
    assert sorted(seen) == list(range(1, len(seen) + 1))


async def test_1_numbers_of_documents_are_none_of_ours(hostile: Driver) -> None:
    """Brackets that a document holds are not taken for a source."""
    page = await hostile.slash("/ask", question="What did the crane of Brannoch cost?")
    assert "900 pounds" in page.text
    assert numbers_said(page) == set(numbers_listed(page))


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
    "fault",
    [
        pytest.param(lambda f: f.status(FIRST_RESPONSE, 500), id="500"),
        pytest.param(lambda f: f.reset(FIRST_RESPONSE), id="cut"),
        pytest.param(lambda f: f.reset(FIRST_RESPONSE, after=True), id="cut after it was taken"),
        pytest.param(lambda f: f.ratelimit(FIRST_RESPONSE, 0.2), id="429"),
        pytest.param(lambda f: f.status(EDIT, 503), id="edit 503"),
        pytest.param(lambda f: f.reset(EDIT, after=True), id="edit cut after"),
        pytest.param(lambda f: f.ratelimit(EDIT, 0.2), id="edit 429"),
    ],
)
@pytest.mark.parametrize("step", ["press", "refusal", "file"])
async def test_3_one_thing_comes_of_a_press_whatever_befalls_it(
    driver: Driver, fault: Callable[[FaultSwitches], None], step: str
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


@pytest.mark.slow
async def test_3_a_search_that_fails_says_so_with_its_id(fresh_driver: FreshDriver) -> None:
    """Whatever was asked and wherever: one message, and its id stands in the log."""
    driver = await fresh_driver()
    answer = await driver.slash("/ask", question=QUESTION)
    for file in driver.data.glob("generations/*/*"):
        if file.is_file():
            _spoil(file)
    asked = [
        await driver.slash("/ask", question="Who was the keeper of the light on the mole?"),
        await driver.slash("/ask", question=WIDE, private=True),
        await driver.mention("What did the harbour of Skerrow cost?"),
        await answer.click(context_of(answer)),
        await answer.click("Timeline"),
        await answer.select("Why this answer"),
        await driver.slash("/timeline", when="1853"),
    ]
    for reply in asked:
        assert_once(reply)
        assert "Traceback" not in reply.text
        for error_id in re.findall(r"\b[0-9a-f]{8}\b", reply.text):
            assert error_id in driver.log
    assert any(re.search(r"\b[0-9a-f]{8}\b", reply.text) for reply in asked)


def _spoil(file: Any) -> None:
    """Make the texts of an index others than those that were indexed."""
    try:
        with sqlite3.connect(file) as database:
            names = [row[0] for row in database.execute("select name from sqlite_master")]
            for name in names:
                columns = [row[1] for row in database.execute(f"pragma table_info([{name}])")]
                if "text" in columns:
                    database.execute(f"update [{name}] set text = 'x'")
    except sqlite3.DatabaseError:
        return


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

_ELSEWHERE = {
    "DISCORD_TOKEN": "every scenario signs in by it",
    "DISCORD_API_URL": "every scenario is answered there",
    "DISCORD_GATEWAY_URL": "every scenario is connected there",
    "ARCHIVIST_CORPUS": "every scenario has its own",
    "ARCHIVIST_DATA": "every scenario has its own",
}


async def _first(driver: Driver) -> str:
    return plain(await driver.slash("/ask", question=QUESTION))


async def _second_question(driver: Driver) -> str:
    await driver.slash("/ask", question=QUESTION)
    return plain(await driver.slash("/ask", question=QUESTION))


async def _days_kept(driver: Driver) -> str:
    answer = await driver.slash("/ask", question=QUESTION)
    opened = await answer.select("Report a problem")
    return json.dumps(opened.modal_json)


async def _today(driver: Driver) -> str:
    return plain(await driver.slash("/timeline", when="today"))


async def _full_reindex(driver: Driver) -> str:
    reply = await driver.slash(
        "/corpus reindex",
        member="admin",
        full=True,
        until=lambda reply: reply.text and ("ndex" in reply.text or "llowed" in reply.text),
    )
    return plain(reply).partition("Error")[0][:60]


async def _left_out(driver: Driver) -> str:
    return " ".join((await driver.slash("/sources", member="admin")).labels)


async def _logged(driver: Driver) -> str:
    await driver.slash("/ask", question=QUESTION)
    return "json" if driver.log.splitlines()[-1].startswith("{") else "text"


async def _logged_at_all(driver: Driver) -> str:
    await driver.slash("/ask", question=QUESTION)
    return str("answered in" in driver.log)


#: Setting -> a value that isn't its default, and where it can be seen.
SEEN = {
    "ARCHIVIST_COOLDOWN_MEMBER": ("3600", _second_question),
    "ARCHIVIST_COOLDOWN_GUILD": ("1", _second_question),
    "ARCHIVIST_RETENTION_DAYS": ("7", _days_kept),
    "ARCHIVIST_TIMEZONE": ("", _today),
    "ARCHIVIST_OWNER_IDS": ("admin", _full_reindex),
    "ARCHIVIST_HOME_GUILDS": ("main", _full_reindex),
    "ARCHIVIST_MAX_FILE_MB": ("1", _left_out),
    "ARCHIVIST_LOG_FORMAT": ("json", _logged),
    "ARCHIVIST_LOG_LEVEL": ("ERROR", _logged_at_all),
    "DISCORD_TOKEN_FILE": ("", _first),
}


def test_4_every_setting_has_a_scenario() -> None:
    """A setting that `.env.example` names is seen at work below, or by all scenarios."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", text, re.MULTILINE))
    assert names == SEEN.keys() | _ELSEWHERE.keys()



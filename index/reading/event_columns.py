"""What the columns of tables of events are called, in seven languages and by several programs."""

from __future__ import annotations

import re

_ROLES = {
    "date": "date eventdate datum fecha дата data dateofevent dateoccurred incidentdate occurredon "
    "occurred occurredat happened happenedon dateofincident dateofoccurrence occurrencedate "
    "when sqldate datetime eventdatetime jour tag wann cuándo cuando когда",
    "start": "datestart startdate start begin begins begindate from datebegin beginn von début debut "
    "datedebut datededebut inicio fechainicio fechadeinicio начало датаначала startdatum",
    "end": "dateend enddate end ends until to finish finishdate ende bis fin datefin datedefin "
    "fechafin fechadefin конец датаокончания enddatum",
    "year": "year jahr année annee año ano год startdateyear startyear iyear",
    "month": "month monat mois mes месяц startdatemonth startmonth imonth",
    "day": "day startdateday startday iday",
    "end year": "endyear enddateyear",
    "end month": "endmonth enddatemonth",
    "end day": "endday enddateday",
    "shown": "displaydate startdatedisplaydate aswritten",
    "edtf": "edtf edtfdate",
    "headline": "headline title titel titre título titulo überschrift заголовок event ereignis "
    "événement evenement evento событие textheadline eventtitle eventname what",
    "body": "text notes description beschreibung descripción descripcion описание summary details "
    "detail texttext body content contenthtml contenttext narrative story note comment remarks "
    "sourceheadline eventdescription zusammenfassung résumé resumen",
    "actor": "actor actors actor1 actor2 assocactor1 assocactor2 associateactor1 associateactor2 sidea "
    "sideb actor1name actor2name dyadname perpetrator gname who akteur akteure acteur acteurs actores",
    "place": "location place places admin1 admin2 admin3 adm1 adm2 country ort lieu lugar место land "
    "pays país pais страна city town stadt ville ciudad город region provstate province state "
    "district wheredescription actiongeofullname actiongeofullname where",
    "precision": "timeprecision",
    "tail": "id eventid eventidcnty eventidnocnty dataid iso iso3 latitude longitude lat lon lng long "
    "x y geometry geoprecision dateprec whereprec timestamp time endtime inter1 inter2 interaction code url "
    "link media mediaurl mediathumbnail mediathumb mediacredit mediacaption medialink background "
    "backgroundurl "
    "backgroundcolor uniqueid relid actor1code actor2code geometrycoordinates geometrytype type "
    "sourceurl globaleventid priogridgid gwno gwnoa gwnob starttime startdatetime startdatehour "
    "startdateminute startdatesecond startdateformat enddateformat enddatehour enddateminute "
    "enddatedisplaydate autolink precision earliest latest inferred overlap sameas "
    "documentid",
}  # fmt: skip
_ROLE_OF = {name: role for role, names in _ROLES.items() for name in reversed(names.split())}


def folded(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def role_of(name: str) -> str:
    return _ROLE_OF.get(folded(name), "")


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
_HAPPENED = re.compile(r"\b(?:events?|occurr\w+|happen\w+|incidents?)\b", re.I)
_TOLD_LATER = re.compile(
    r"\b(?:published|publication|pub|posted|retriev\w+|access(?:ed)?|updated?|modified|created"
    r"|creation|added|report(?:ed)?|announced|announcement|timestamp|checked|archived|entered|entry"
    r"|filed|recorded|uploaded|crawled|scraped)\b",
    re.I,
)


def in_words(name: str) -> str:
    """The words of a column's name: ``eventDate`` and ``event_date`` are two."""
    return _CAMEL.sub(" ", name)


def says_happened(name: str) -> bool:
    """Whether a column of dates says by its name when something happened."""
    return _HAPPENED.search(in_words(name)) is not None


def says_later(name: str) -> bool:
    """Whether a column of dates says by its name when something was written, not when it happened."""
    return not says_happened(name) and _TOLD_LATER.search(in_words(name)) is not None

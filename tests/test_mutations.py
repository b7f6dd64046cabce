"""The built data, broken in many ways: each is reported by the very constraint that is meant for it.

A row of the tables is one mutation: its name; the gate and how its message begins; what is found in the data; and
the triples that go or come. ?it is what the finding has to be about, unless the row says otherwise.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from service.press.passages import Text
from tests.mutations import ROOT, Laboratory, Mutation, besides, instead, without

pytestmark = pytest.mark.whole

ARTICLE = os.environ.get("ARTICLE")
LIVING = "?person a ca:Person . FILTER NOT EXISTS { ?person ca:diedIn ?death }"
NOBODY = "FILTER NOT EXISTS { ?it ca:subject|ca:object ?person . ?person a ca:Person }"
# What states ?claim about ?it, when nothing else does and nothing answers it.
LAST_CLAIM = (
    "?claim ca:about ?it . FILTER NOT EXISTS { ?more ca:about ?it FILTER(?more != ?claim) } "
    "FILTER NOT EXISTS { ?answer ca:disputes|ca:corrects ?claim }"
)
PREFERRED = "?it ca:name ?name . ?name ca:nameKind <concept/name-kind/preferred>"
SELECTED = "?it oa:hasSelector ?paragraph . ?paragraph rdf:value ?number ; oa:refinedBy ?position ."
PLACED = f"{SELECTED} ?position oa:start ?start ; oa:end ?end . FILTER(?start > 9)"


def one(name: str, what: str) -> str:
    """A pattern that binds the variable to the first thing of that description."""
    return f"{{ SELECT (MIN(?x) AS ?{name}) WHERE {{ ?x {what} }} }}"


# fmt: off
HOLDER, STANCE, CERTAINTY = "Name exactly one holder", "Give exactly one stance", "Give exactly one certainty"
CLAIMS = [
    without("a claim without a holder", "shapes/claim", HOLDER, "?it ca:holder ?who"),
    besides("a claim of two holders", "shapes/claim", HOLDER,
            f"?it ca:holder ?who . {one('other', 'a ca:Group')} FILTER(?who != ?other)", "?it ca:holder ?other"),
    instead("a claim that a place holds", "shapes/claim", HOLDER,
            f"?it a ca:Claim . {one('place', 'a ca:Place')}", "?it ca:holder ?any", "?it ca:holder ?place"),
    without("a claim without a stance", "shapes/claim", STANCE, "?it ca:stance ?stance"),
    besides("a claim of two stances", "shapes/claim", STANCE, "?it ca:stance ca:Affirms", "?it ca:stance ca:Denies"),
    instead("a certainty in place of a stance", "shapes/claim", STANCE,
            "?it a ca:Claim", "?it ca:stance ?any", "?it ca:stance ca:Certain"),
    without("a claim without a certainty", "shapes/claim", CERTAINTY, "?it ca:certainty ?certainty"),
    besides("a claim of two certainties", "shapes/claim", CERTAINTY,
            "?it ca:certainty ca:Certain", "?it ca:certainty ca:Possible"),
    without("a claim without a citation", "shapes/claim", "Cite at least one passage",
            "?it a ca:Claim", "?it ca:citation ?any"),
    without("a claim about nothing", "shapes/claim", "Say exactly once what the claim is about", "?it ca:about ?thing"),
    besides("a claim about two relations", "shapes/claim", "Say exactly once what the claim is about",
            f"?it ca:about ?thing . {one('other', 'a ca:Tie')} FILTER(?thing != ?other)", "?it ca:about ?other"),
    instead("a claim about an actor", "hygiene/claims-are-about-propositions", "Let the claim be about a relation",
            f"?it a ca:Claim . {one('actor', 'a ca:Group')}", "?it ca:about ?any", "?it ca:about ?actor"),
    instead("a claim about a relation that is not there", "hygiene/claims-are-about-propositions",
            "Let the claim be about a relation",
            "?it a ca:Claim", "?it ca:about ?any", "?it ca:about <rel/tie/nobody--nobody>"),
    without("a probable claim without a hedge", "shapes/claim", "Name the hedge",
            "?it ca:certainty ca:Probable ; ca:hedge ?hedge", "?it ca:hedge ?hedge"),
    without("a possible claim without a hedge", "shapes/claim", "Name the hedge",
            "?it ca:certainty ca:Possible ; ca:hedge ?hedge", "?it ca:hedge ?hedge"),
    without("an underspecified claim without a hedge", "shapes/claim", "Name the hedge",
            "?it ca:certainty ca:Underspecified ; ca:hedge ?hedge", "?it ca:hedge ?hedge"),
    instead("a hedge that is a kind of group", "hygiene/values-come-from-the-scheme-of-their-property",
            "Take a concept of",
            "?it ca:hedge ?hedge", "?it ca:hedge ?hedge", "?it ca:hedge <concept/group-kind/militia>"),
    besides("a claim of two hedges", "shapes/claim", "Name at most one hedge",
            "?it ca:hedge <concept/hedge/seems>", "?it ca:hedge <concept/hedge/believed>"),
    instead("a hedged claim made certain", "hygiene/certain-claims-carry-no-doubt", "Lower the certainty",
            "?it ca:hedge <concept/hedge/reportedly>", "?it ca:certainty ?any", "?it ca:certainty ca:Certain"),
    instead("a certain claim that leaves it open", "hygiene/certain-claims-carry-no-doubt", "Make the certainty",
            "?it ca:stance ca:Withholds", "?it ca:certainty ?any", "?it ca:certainty ca:Certain"),
    instead("a claim that came through a claim", "shapes/claim", "Name at most one document or outlet",
            f"?it ca:via ?way . {one('other', 'a ca:Claim')}", "?it ca:via ?way", "?it ca:via ?other"),
    instead("a claim that disputes a relation", "shapes/claim", "Name the claim (ca:Claim) that this claim contradicts",
            "?it ca:disputes/ca:about ?relation", "?it ca:disputes ?any", "?it ca:disputes ?relation"),
    instead("a claim that disputes itself", "hygiene/claims-answer-other-claims", "Name another claim",
            "?it ca:disputes ?other", "?it ca:disputes ?any", "?it ca:disputes ?it"),
    instead("a claim that corrects itself", "hygiene/claims-answer-other-claims", "Name another claim",
            "?it ca:corrects ?other", "?it ca:corrects ?any", "?it ca:corrects ?it"),
    instead("a claim that disputes one about something else", "hygiene/claims-dispute-what-they-are-about",
            "Name a claim about the same thing", f"?it ca:disputes ?other . {one('far', 'ca:about/a ca:Lineage')}",
            "?it ca:disputes ?any", "?it ca:disputes ?far"),
    instead("a claim numbered by another paragraph", "hygiene/claims-are-numbered-by-paragraph",
            "Number the claim by a paragraph it cites",
            f"?it ca:citation/ca:paragraph 40 . {one('cited', 'a ca:Citation ; ca:paragraph 41')}",
            "?it ca:citation ?any", "?it ca:citation ?cited"),
    besides("a claim made twice", "hygiene/claims-are-made-once", "Make one of the two",
            "?first ca:about ?thing ; ca:holder ?who ; ca:stance ?stance ; ca:certainty ca:Certain ; ca:citation ?cited . "
            "FILTER NOT EXISTS { ?first ca:citation ?more FILTER(?more != ?cited) } "
            "FILTER NOT EXISTS { ?first ca:hedge|ca:via ?any } BIND(IRI(CONCAT(STR(?first), '9')) AS ?it)",
            "?it a ca:Claim ; ca:about ?thing ; ca:holder ?who ; ca:stance ?stance ; ca:certainty ca:Certain ; "
            "ca:citation ?cited"),
    without("a claim without a class", "hygiene/things-have-a-class", "Give the thing a class",
            "?it a ca:Claim", "?it a ?any"),
    besides("a note in no language", "shapes/claim", "Write the note as text with a language tag",
            "?it a ca:Claim", "?it skos:note 'a remark'"),
]

SUBJECT, OBJECT = "Give the relation exactly one subject", "Give the relation at most one object"
RENAME, CONCEPT = "Rename it, or correct what it says", "Take a concept of"
RELATIONS = [
    without("a relation without a subject", "shapes/relation", SUBJECT, "?it a ca:Support", "?it ca:subject ?any"),
    besides("a relation of two subjects", "shapes/relation", SUBJECT,
            f"?it a ca:Support ; ca:subject ?end . {one('other', 'a ca:Voice')}", "?it ca:subject ?other"),
    besides("a relation of two objects", "shapes/relation", OBJECT,
            f"?it a ca:Support ; ca:object ?end . {one('other', 'a ca:Voice')}", "?it ca:object ?other"),
    instead("a relation to a piece of text", "shapes/relation", OBJECT,
            "?it a ca:Support", "?it ca:object ?any", "?it ca:object 'Libya Dawn'"),
    instead("a relation to what is not there", "hygiene/iris-lead-somewhere", "Describe <",
            "?it a ca:Presence ; ca:standing ca:Asserted", "?it ca:object ?any", "?it ca:object <place/nowhere>"),
    instead("a tie to nobody, of which the rules speak", "hygiene/things-have-a-class", "Give the thing a class",
            f"?tie a ca:Tie ; ca:directProperty ?direct . BIND(<actor/nobody> AS ?it) {NOBODY.replace('?it', '?tie')}",
            "?tie ca:object ?any", "?tie ca:object ?it"),
    instead("a relation to a thing of others", "shapes/presence", "Make the object of the presence a place",
            "?it a ca:Presence", "?it ca:object ?any", "?it ca:object <http://example.org/derna>"),
    instead("an actor that supports itself", "shapes/relation", "Let subject and object be two",
            "?it a ca:Support ; ca:subject ?end", "?it ca:object ?any", "?it ca:object ?end"),
    instead("an actor tied to itself", "shapes/tie", "Tie the actor to another",
            "?it a ca:Tie ; ca:subject ?end", "?it ca:object ?any", "?it ca:object ?end"),
    instead("an actor that descends from itself", "shapes/lineage", "Let the actor descend from another",
            "?it a ca:Lineage ; ca:subject ?end", "?it ca:object ?any", "?it ca:object ?end"),
    without("a relation that lost its last claim", "hygiene/propositions-have-claims", "Add a claim (ca:about)",
            f"?it a ca:Relation . {LAST_CLAIM}", "?claim ?p ?o"),
    without("an event that lost its last claim", "shapes/event", "Add a claim about the event",
            f"?it a ca:Event . {LAST_CLAIM}", "?claim ?p ?o"),
    without("a relation on which no claim takes a stance", "shapes/relation", "Add a claim about the relation",
            f"?it a ca:Relation . {LAST_CLAIM}", "?claim ca:stance ?stance"),
    instead("a relation of an unknown class", "hygiene/ca-terms-are-defined", "Define Friendship",
            "?tie a ca:Tie . BIND(ca:Friendship AS ?it)", "?tie a ca:Tie", "?tie a ca:Friendship"),
    without("a relation without a class", "hygiene/things-have-a-class", "Give the thing a class", "?it a ca:Tie"),
    instead("a relation of another class than its id says", "hygiene/ids-say-what-they-name", RENAME,
            "?it a ca:Support", "?it a ca:Support", "?it a ca:Hostility"),
    besides("a relation of two classes", "hygiene/ids-say-what-they-name", RENAME, "?it a ca:Support", "?it a ca:Tie"),
    instead("a relation with another subject than its id says", "hygiene/ids-say-what-they-name", RENAME,
            f"?it a ca:Support . {one('other', 'a ca:Community')}", "?it ca:subject ?any", "?it ca:subject ?other"),
    besides("a property that nobody defined", "hygiene/ca-terms-are-defined", "Define distrusts",
            f"?group a ca:Group . {one('other', 'a ca:State')} BIND(ca:distrusts AS ?it)", "?group ?it ?other"),
    besides("a number on a tie", "hygiene/properties-sit-where-they-belong", "Take out min", "?it a ca:Tie", "?it ca:min 5"),
    besides("a stance on a relation", "hygiene/properties-sit-where-they-belong", "Take out stance",
            "?it a ca:Tie", "?it ca:stance ca:Affirms"),
    instead("a kind from the scheme of another class", "hygiene/kinds-come-from-the-scheme-of-their-class", CONCEPT,
            "?it a ca:Support", "?it ca:kind ?any", "?it ca:kind <concept/tie-kind/allied>"),
    instead("a role in a body that is one in an event", "hygiene/kinds-come-from-the-scheme-of-their-class", CONCEPT,
            "?it a ca:Membership", "?it org:role ?any", "?it org:role <concept/involvement-role/perpetrator>"),
    instead("a kind that is not there", "hygiene/iris-lead-somewhere", "Describe <",
            "?it a ca:Support", "?it ca:kind ?any", "?it ca:kind <concept/support-kind/moral>"),
    besides("a relation of two kinds", "shapes/relation", "Give the relation at most one kind",
            "?it ca:kind <concept/tie-kind/allied>", "?it ca:kind <concept/tie-kind/linked>"),
    without("a membership without a role", "shapes/membership", "Give the membership exactly one role",
            "?it a ca:Membership", "?it org:role ?any"),
    without("an involvement without a role", "shapes/involvement", "Give the involvement exactly one role",
            "?it a ca:Involvement", "?it ca:role ?any"),
    without("a lineage without a kind", "shapes/lineage", "Say how the later actor came out of the earlier",
            "?it a ca:Lineage", "?it ca:kind ?any"),
    without("a position without a kind", "shapes/position", "Say what the position is",
            "?it a ca:Position", "?it ca:kind ?any"),
    without("a trait without a kind", "shapes/trait", "Say what the trait is about", "?it a ca:Trait", "?it ca:kind ?any"),
    instead("a position on an actor", "shapes/position", "Take a position on an event or a policy",
            f"?it a ca:Position . {one('actor', 'a ca:Group')}", "?it ca:object ?any", "?it ca:object ?actor"),
    instead("an ideology that is a task", "hygiene/traits-match-their-kind", "Correct the kind or the object",
            "?it a ca:Trait ; ca:kind <concept/trait-kind/ideology>", "?it ca:kind ?any",
            "?it ca:kind <concept/trait-kind/function>"),
    instead("a listing by authority of a place", "shapes/listing", "Name the actor that ordered the listing",
            f"?it a ca:Listing ; ca:authority ?who . {one('place', 'a ca:Place')}", "?it ca:authority ?who",
            "?it ca:authority ?place"),
    besides("a relation that came about through an actor", "shapes/relation", "Name at most one event",
            f"?it a ca:Lineage . {one('actor', 'a ca:Group')}", "?it ca:throughEvent ?actor"),
    besides("a relation in an actor", "shapes/relation", "Name a place (ca:Place)",
            f"?it a ca:Support . {one('actor', 'a ca:State')}", "?it ca:inPlace ?actor"),
    besides("a pledge made openly in words", "shapes/relation", "Say at most once, with true or false",
            "?it a ca:Pledge", "?it ca:openly 'yes'"),
    besides("a relation in tension with itself", "hygiene/tensions-are-between-propositions",
            "Name another relation or event", "?it a ca:Control", "?it ca:inTensionWith ?it"),
    besides("a relation in tension with an actor", "hygiene/tensions-are-between-propositions",
            "Name another relation or event", f"?it a ca:Control . {one('actor', 'a ca:Group')}",
            "?it ca:inTensionWith ?actor"),
    besides("a tie stated both ways", "hygiene/ties-are-stated-once", "Move the claims",
            "?first a ca:Tie ; ca:subject ?one ; ca:object ?other ; ca:kind ?kind . "
            "BIND(IRI(CONCAT(STR(?first), '--9')) AS ?it)",
            "?it a ca:Tie ; ca:subject ?other ; ca:object ?one ; ca:kind ?kind"),
    besides("a relation stated twice", "hygiene/relations-are-stated-once", "Move the claims",
            "?first a ca:Part ; ca:subject ?one ; ca:object ?other ; ca:kind ?kind . "
            "FILTER NOT EXISTS { ?first ca:beginEarliest|ca:beginLatest|ca:endEarliest|ca:endLatest|ca:inPlace ?any } "
            "FILTER NOT EXISTS { ?first ca:throughEvent ?event } BIND(IRI(CONCAT(STR(?first), '--9')) AS ?it)",
            "?it a ca:Part ; ca:subject ?one ; ca:object ?other ; ca:kind ?kind"),
]

# Class, its name in messages, and what may not stand at its subject and at its object; an estimate has no object.
ENDS = [
    ("Membership", "membership", "Place", "Place"),
    ("Part", "part", "Claim", "Claim"),
    ("Subordination", "subordination", "Place", "Place"),
    ("Support", "support", "Place", "Place"),
    ("Tie", "tie", "Place", "Place"),
    ("Hostility", "hostility", "Place", "Claim"),
    ("Pledge", "pledge", "Place", "Place"),
    ("PledgeAcceptance", "acceptance of a pledge", "Place", "Place"),
    ("Lineage", "lineage", "Place", "Place"),
    ("Presence", "presence", "Place", "Group"),
    ("Control", "control", "Place", "Group"),
    ("Listing", "listing", "Place", "Group"),
    ("Involvement", "involvement", "Claim", "Group"),
    ("Position", "position", "Place", "Claim"),
    ("Trait", "trait", "Claim", "Place"),
    ("Estimate", "estimate", "Claim", ""),
]
FILES = {"PledgeAcceptance": "pledge-acceptance"}
RELATIONS += [
    instead(f"{words}: {end} of the wrong class", f"shapes/{FILES.get(name, name.lower())}", f"Make the {end} of the {words}",
            f"?it a ca:{name} . {one('wrong', f'a ca:{wrong}')}", f"?it ca:{end} ?any", f"?it ca:{end} ?wrong")
    for name, words, *ends in ENDS for end, wrong in zip(("subject", "object"), ends, strict=True) if wrong
]
RELATIONS += [
    without(f"{words}: no object", f"shapes/{FILES.get(name, name.lower())}", f"Make the object of the {words}",
            f"?it a ca:{name}", "?it ca:object ?any")
    for name, words, _, wrong in ENDS if wrong
]

LEAK, ACCUSES = "Remove the direct statement", "Grade the relation as Allegation"
GRADES = "hygiene/accusations-are-graded-as-such"
LIVING_PEOPLE = [
    besides("an allegation as a direct statement", "shapes/living-person", LEAK,
            f"?relation ca:sensitivity ca:Allegation ; ca:subject ?person ; ca:object ?other . ?other a ca:Group . {LIVING} "
            "FILTER NOT EXISTS { ?person ca:memberOf ?other } BIND(ca:Allegation AS ?it)", "?person ca:memberOf ?other"),
    besides("an allegation as a direct statement, the other way round", "shapes/living-person", LEAK,
            f"?relation ca:sensitivity ca:Allegation ; ca:subject ?other ; ca:object ?person . ?other a ca:Group . {LIVING} "
            "FILTER NOT EXISTS { ?other ca:hostileTo ?person } BIND(ca:Allegation AS ?it)", "?other ca:hostileTo ?person"),
    besides("an allegation that says what it comes down to", "shapes/living-person", LEAK,
            f"?relation a ca:Pledge ; ca:sensitivity ca:Allegation ; ca:subject ?person . {LIVING} "
            "BIND(ca:Allegation AS ?it)", "?relation ca:directProperty ca:pledgedTo"),
    instead("a direct statement that is not graded", "shapes/living-person", LEAK,
            f"?relation a ca:Membership ; ca:sensitivity ca:Affiliation ; ca:subject ?person ; ca:object ?other . {LIVING} "
            "FILTER NOT EXISTS { ?more ca:subject ?person ; ca:object ?other FILTER(?more != ?relation) } "
            "BIND(ca:Allegation AS ?it)", "?relation ca:sensitivity ?any", "?person ca:memberOf ?other"),
    besides("an allegation in words of the organization ontology", "hygiene/standard-statements-are-derived", "Take out",
            f"?it a ca:Membership ; ca:sensitivity ca:Allegation ; ca:subject ?person ; ca:object ?body . {LIVING}",
            "?it org:member ?person ; org:organization ?body"),
    besides("an allegation in a property of others", "hygiene/borrowed-properties-are-known", "Use a property of this",
            "?relation ca:sensitivity ca:Allegation ; ca:subject ?it ; ca:object ?other . ?other a ca:Group . "
            f"{LIVING.replace('?person', '?it')}", "?it org:memberOf ?other"),
    without("a relation of a person that is not graded", "hygiene/sensitivity-where-persons-are",
            "Grade the relation (ca:sensitivity)", "?it ca:sensitivity ?grade"),
    besides("a relation of groups that is graded", "hygiene/sensitivity-where-persons-are", "Take the sensitivity off",
            f"?it a ca:Support . {NOBODY}", "?it ca:sensitivity ca:Neutral"),
    instead("a person made a group, out of the reach of the grades", "hygiene/sensitivity-where-persons-are",
            "Take the sensitivity off", f"?it a ca:Membership ; ca:sensitivity ca:Allegation ; ca:subject ?person . {LIVING}",
            "?person a ca:Person", "?person a ca:Group"),
    besides("a relation graded twice", "shapes/relation", "Grade the relation once",
            "?it ca:sensitivity ca:Allegation", "?it ca:sensitivity ca:Neutral"),
    instead("a grade that is a standing", "shapes/relation", "Grade the relation once",
            "?it ca:sensitivity ?grade", "?it ca:sensitivity ?grade", "?it ca:sensitivity ca:Reported"),
    instead("a tie to a jihadist organisation graded as neutral", "hygiene/ties-are-graded-as-their-kind-asks", ACCUSES,
            "?it a ca:Membership ; ca:sensitivity ca:Allegation ; ca:subject ?person ; ca:object ?body . "
            f"?body ca:kind <concept/group-kind/jihadist-organisation> . {LIVING}",
            "?it ca:sensitivity ?any", "?it ca:sensitivity ca:Neutral"),
    instead("a tie to a jihadist organisation graded as an affiliation", "hygiene/ties-are-graded-as-their-kind-asks", ACCUSES,
            "?it a ca:Membership ; ca:sensitivity ca:Allegation ; ca:subject ?person ; ca:object ?body . "
            f"?body ca:kind <concept/group-kind/jihadist-organisation> . {LIVING}",
            "?it ca:sensitivity ?any", "?it ca:sensitivity ca:Affiliation"),
    instead("an indictment graded as neutral", GRADES, ACCUSES,
            f"?it a ca:Listing ; ca:subject ?person . {LIVING}", "?it ca:sensitivity ?any", "?it ca:sensitivity ca:Neutral"),
    instead("secret-service work graded as an affiliation", GRADES, ACCUSES,
            f"?it org:role <concept/role/agent> ; ca:subject ?person . {LIVING}",
            "?it ca:sensitivity ?any", "?it ca:sensitivity ca:Affiliation"),
    instead("an accusation graded as neutral", GRADES, ACCUSES,
            f"?it ca:kind <concept/hostility-kind/accusation> ; ca:subject|ca:object ?person . {LIVING}",
            "?it ca:sensitivity ?any", "?it ca:sensitivity ca:Neutral"),
    instead("a judgement graded as neutral", GRADES, ACCUSES,
            f"?it ca:kind <concept/trait-kind/judgement> ; ca:subject ?person . {LIVING}",
            "?it ca:sensitivity ?any", "?it ca:sensitivity ca:Neutral"),
    besides("a living person declared dead", "hygiene/shortcuts-come-from-relations", "Take out diedIn",
            f"?it a ca:Person . FILTER NOT EXISTS {{ ?it ca:diedIn ?death }} {one('event', 'a ca:Event')}",
            "?it ca:diedIn ?event"),
    besides("a person who dies twice", "shapes/person", "Let the person die in one event only",
            f"?it a ca:Person ; ca:diedIn ?death . {one('event', 'a ca:Event')} FILTER(?event != ?death)",
            "?it ca:diedIn ?event"),
    instead("a living person on a sanctions list of others", "hygiene/links-list-nobody-living", "Take the link out",
            "?it ca:identifierScheme scheme:un-sanctions . "
            f"{one('person', 'a ca:Person FILTER NOT EXISTS { ?x ca:diedIn ?death }')}",
            "?it ca:linkFrom ?any", "?it ca:linkFrom ?person"),
]

DERIVED = [
    besides("a direct statement without a relation", "hygiene/shortcuts-come-from-relations", "Take out supports",
            f"?it a ca:State . {one('other', 'a ca:Community')} FILTER NOT EXISTS {{ ?it ca:supports ?other }}",
            "?it ca:supports ?other"),
    besides("a direct statement of what is only reported", "hygiene/shortcuts-come-from-relations", "Take out supports",
            "?relation a ca:Support ; ca:standing ca:Reported ; ca:subject ?it ; ca:object ?other . "
            "FILTER NOT EXISTS { ?it ca:supports ?other }", "?it ca:supports ?other"),
    besides("a direct statement turned round", "hygiene/shortcuts-come-from-relations", "Take out supports",
            "?other ca:supports ?it . FILTER NOT EXISTS { ?it ca:supports ?other }", "?it ca:supports ?other"),
    besides("a hedged relation that says what it comes down to", "hygiene/derived-properties-are-not-written",
            "Take out ca:directProperty", f"?it a ca:Support ; ca:standing ca:Hedged . {NOBODY}",
            "?it ca:directProperty ca:supports"),
    besides("a standing written by hand", "shapes/relation", "Add a claim about the relation: its one standing",
            "?it a ca:Relation ; ca:standing ca:Reported", "?it ca:standing ca:Asserted"),
    besides("a standing of an event written by hand", "shapes/event", "Add a claim about the event: its one standing",
            "?it a ca:Event ; ca:standing ca:Asserted", "?it ca:standing ca:Denied"),
    besides("an actor of an event that is not asserted, in words of the event model",
            "hygiene/standard-statements-are-derived", "Take out",
            f"?it a ca:Event ; ca:standing ca:Reported . {one('actor', 'a ca:Group')}", "?it sem:hasActor ?actor"),
    besides("an event that is not asserted, as one of the event model", "hygiene/standard-statements-are-derived", "Take out",
            "?it a ca:Event ; ca:standing ca:Reported", "?it a sem:Event"),
    besides("a label written by hand", "hygiene/labels-come-from-names", "Take out the label",
            "?it a ca:Person", "?it skos:altLabel 'the usual suspect'@en"),
    besides("a second paragraph written by hand", "shapes/citation", "Write the paragraph in the selector",
            "?it ca:paragraph 7", "?it ca:paragraph 8"),
]

ORDER = [
    ("beginEarliest", "beginLatest", "Put the earliest begin on or before the latest begin"),
    ("beginEarliest", "endEarliest", "Put the earliest end on or after the earliest begin"),
    ("beginEarliest", "endLatest", "Put the latest end on or after the earliest begin"),
    ("beginLatest", "endLatest", "Put the latest begin on or before the latest end"),
    ("endEarliest", "endLatest", "Put the earliest end on or before the latest end"),
]
NO_DATES = [
    ("beginEarliest", "a moment", "'2014-06-01T00:00:00Z'^^xsd:dateTime"),
    ("beginLatest", "text", "'2014-06-01'"),
    ("endEarliest", "a year", "2014"),
    ("endLatest", "a month", "'2014-06'^^xsd:gYearMonth"),
]
AGREE = "hygiene/times-for-people-agree-with-the-bounds"
TIMES = [
    *(instead(f"{early} and {late} exchanged", "shapes/time", says,
              f"?it ca:{early} ?one ; ca:{late} ?two . FILTER(?one < ?two)", f"?it ca:{early} ?one ; ca:{late} ?two",
              f"?it ca:{early} ?two ; ca:{late} ?one") for early, late, says in ORDER),
    instead("an end before the begin, and no other bound", "shapes/time", "Put the latest end on or after the earliest begin",
            "?it ca:beginEarliest ?one ; ca:endLatest ?two FILTER(?one < ?two) "
            "FILTER NOT EXISTS { ?it ca:beginLatest|ca:endEarliest ?day }",
            "?it ca:beginEarliest ?one ; ca:endLatest ?two", "?it ca:beginEarliest ?two ; ca:endLatest ?one"),
    *(instead(f"{bound} as {words}", "shapes/time", f"Give ca:{bound} at most once, as a day",
              f"?it ca:{bound} ?day", f"?it ca:{bound} ?any", f"?it ca:{bound} {value}") for bound, words, value in NO_DATES),
    instead("a day that no calendar has", "hygiene/days-are-in-the-calendar", "Correct the day",
            "?it ca:endLatest ?day", "?it ca:endLatest ?any", "?it ca:endLatest '2014-02-30'^^xsd:date"),
    instead("a day that no calendar has, alone", "shapes/time", "Give ca:endLatest at most once, as a day",
            "?it ca:endLatest ?day . FILTER NOT EXISTS { ?it ca:beginEarliest|ca:beginLatest|ca:endEarliest ?other }",
            "?it ca:endLatest ?any", "?it ca:endLatest '2014-02-30'^^xsd:date"),
    besides("two latest begins", "shapes/time", "Give ca:beginLatest at most once",
            "?it ca:beginLatest ?day", "?it ca:beginLatest '1999-01-01'^^xsd:date"),
    instead("a time for people as a number", "shapes/time", "Write the time for people at most once",
            "?it ca:when ?when", "?it ca:when ?any", "?it ca:when 2014"),
    instead("a month for people that is not the month of the bounds", AGREE, "Make ca:when and the four bounds agree",
            "?it ca:beginEarliest ?day ; ca:when '2014-11'", "?it ca:when ?any", "?it ca:when '2014-10'"),
    instead("an interval for people that ends elsewhere", AGREE, "Make ca:when and the four bounds agree",
            "?it ca:endLatest ?day ; ca:when '../2013-07'", "?it ca:when ?any", "?it ca:when '../1911'"),
    instead("a bound in another year than the one for people", AGREE, "Make ca:when and the four bounds agree",
            "?it ca:beginLatest ?day ; ca:when '2012-08'", "?it ca:beginLatest ?any", "?it ca:beginLatest '2013-08-31'^^xsd:date"),
    instead("a time for people in plain English", "hygiene/times-for-people-are-in-their-format", "Write ca:when in the",
            "?it ca:when '2014-06'", "?it ca:when ?any", "?it ca:when 'in June 2014'"),
    instead("an interval for people of three parts", "hygiene/times-for-people-are-in-their-format", "Write ca:when in the",
            "?it ca:when '2014-06'", "?it ca:when ?any", "?it ca:when '../2014-06/..'"),
    instead("what still held after the day of the source", "hygiene/nothing-is-attested-after-the-snapshot",
            "Correct ca:endEarliest", "?it ca:endEarliest '2015-02-19'^^xsd:date", "?it ca:endEarliest ?any",
            "?it ca:endEarliest '2051-02-19'^^xsd:date"),
    instead("a reading of the date that is a hedge", "hygiene/values-come-from-the-scheme-of-their-property", CONCEPT,
            "?it ca:dateReading ?reading", "?it ca:dateReading ?any", "?it ca:dateReading <concept/hedge/reportedly>"),
]

HASH, PLACE = "Give the SHA-256", ("?position oa:start ?start ; oa:end ?end", "?position oa:start ?from ; oa:end ?to")
CITATIONS = [
    *(instead(f"a hash {words}", "shapes/citation", HASH, f"?it a ca:Citation ; ca:sha256 ?hash . BIND({other} AS ?other)",
              "?it ca:sha256 ?hash", "?it ca:sha256 ?other")
      for words, other in (("too short", "SUBSTR(?hash, 2)"), ("too long", "CONCAT(?hash, '0')"),
                           ("in capitals", "UCASE(?hash)"), ("with a letter that is no digit", "CONCAT('g', SUBSTR(?hash, 2))"))),
    without("a citation without a hash", "shapes/citation", HASH, "?it a ca:Citation", "?it ca:sha256 ?any"),
    besides("a citation of two hashes", "shapes/citation", HASH,
            "?it a ca:Citation ; ca:sha256 ?hash . BIND(SHA256(?hash) AS ?other)", "?it ca:sha256 ?other"),
    instead("a paragraph after the last", "hygiene/paragraphs-exist", "Correct the paragraph",
            f"{SELECTED} ?it oa:hasSource/ca:paragraphCount ?count . BIND(CONCAT('P', STR(?count + 1)) AS ?beyond)",
            "?paragraph rdf:value ?any", "?paragraph rdf:value ?beyond"),
    instead("a paragraph before the first", "shapes/paragraph-selector", "Name exactly one paragraph",
            SELECTED, "?paragraph rdf:value ?any", "?paragraph rdf:value 'P0'", about="paragraph"),
    instead("a paragraph without its letter", "shapes/paragraph-selector", "Name exactly one paragraph",
            SELECTED, "?paragraph rdf:value ?any", "?paragraph rdf:value '40'", about="paragraph"),
    instead("a paragraph that the id does not name", "hygiene/ids-say-what-they-name", RENAME,
            f"{SELECTED} FILTER(?number = 'P40')", "?paragraph rdf:value ?any", "?paragraph rdf:value 'P41'"),
    instead("a text fragment of six words", "shapes/citation", "Give at most one text fragment, of at most five words",
            "?it ca:textFragment ?words", "?it ca:textFragment ?any", "?it ca:textFragment 'one two three four five six'"),
    instead("a text fragment of another paragraph", "hygiene/fragments-are-in-one-passage-only", "Choose other words",
            "?it ca:textFragment ?fragment ; ca:paragraph 40 . ?other ca:textFragment ?words ; ca:paragraph 12",
            "?it ca:textFragment ?any", "?it ca:textFragment ?words"),
    *(instead(name, gate, says, f"{PLACED} BIND({start} AS ?from) BIND({end} AS ?to)", *PLACE, about=about)
      for name, gate, says, start, end, about in (
          ("an end before the start", "shapes/position-selector", "Put the end after the start", "?end", "?start", "position"),
          ("a passage of no length", "shapes/position-selector", "Put the end after the start", "?start", "?start", "position"),
          ("a start before the paragraph", "shapes/position-selector", "Give the first character", "-1", "?end", "position"),
          ("a start in words", "shapes/position-selector", "Give the first character", "'nine'", "?end", "position"),
          ("a start off by one", "hygiene/ids-say-what-they-name", RENAME, "?start + 1", "?end", "it"),
          ("an end off by one", "hygiene/ids-say-what-they-name", RENAME, "?start", "?end - 1", "it"),
          ("a passage of five characters", "hygiene/passages-are-long-enough", "Cite at least 20", "?start", "?start + 5", "it"))),
    without("a citation without a source", "shapes/citation", "Name exactly one source", "?it oa:hasSource ?source"),
    instead("a citation of an actor", "shapes/citation", "Name exactly one source",
            f"?it a ca:Citation . {one('actor', 'a ca:Group')}", "?it oa:hasSource ?any", "?it oa:hasSource ?actor"),
    without("a citation without a selector", "shapes/citation", "Give exactly one selector", "?it oa:hasSelector ?selector"),
    without("a citation without characters", "shapes/paragraph-selector", "Give exactly one selector of the characters",
            SELECTED, "?paragraph oa:refinedBy ?position", about="paragraph"),
    without("a selector that is not described", "hygiene/iris-lead-somewhere", "Describe <",
            f"{SELECTED} BIND(?paragraph AS ?pointing)", "?position ?p ?o", about="pointing"),
    without("a citation that carries nothing", "hygiene/citations-are-used", "Let a claim or a name cite the passage",
            "?claim ca:citation ?it , ?more . FILTER(?it != ?more) "
            "FILTER NOT EXISTS { ?other ca:citation ?it FILTER(?other != ?claim) }", "?claim ca:citation ?it"),
    *(without(f"a source without {words}", "hygiene/cited-sources-are-described", f"Give the source {says}",
              "?cited oa:hasSource ?it", f"?it {lost} ?any")
      for words, says, lost in (("an author", "an author", "dct:creator"), ("a hash", "the SHA-256", "ca:sha256"),
                                ("a number of paragraphs", "the number of its paragraphs", "ca:paragraphCount"))),
    instead("a source of no paragraphs", "shapes/source", "Give the number of paragraphs once",
            "?it ca:paragraphCount ?count", "?it ca:paragraphCount ?count", "?it ca:paragraphCount 0"),
    instead("a source with a hash in capitals", "shapes/source", "Give the SHA-256 of the normalised text once",
            "?it a ca:Source ; ca:sha256 ?hash . BIND(UCASE(?hash) AS ?other)", "?it ca:sha256 ?hash", "?it ca:sha256 ?other"),
]

ESTIMATES = [
    instead("a minimum above the maximum", "shapes/estimate", "Put the smallest number at or below the largest",
            "?it ca:min ?min ; ca:max ?max . FILTER(?min < ?max)", "?it ca:min ?min ; ca:max ?max",
            "?it ca:min ?max ; ca:max ?min"),
    instead("a negative minimum", "shapes/estimate", "Give the smallest number at most once, not below zero",
            "?it ca:min ?min", "?it ca:min ?any", "?it ca:min -1"),
    instead("a maximum in words", "shapes/estimate", "Give the largest number at most once, not below zero",
            "?it ca:max ?max . FILTER NOT EXISTS { ?it ca:min ?min }", "?it ca:max ?any", "?it ca:max 'hundreds'"),
    besides("two maxima", "shapes/estimate", "Give the largest number at most once",
            "?it ca:max ?max . BIND(?max + 1 AS ?more)", "?it ca:max ?more"),
    without("an estimate without a unit", "shapes/estimate", "Give the estimate exactly one unit", "?it ca:unit ?unit"),
    besides("an estimate of two units", "shapes/estimate", "Give the estimate exactly one unit",
            "?it ca:unit <concept/unit/men>", "?it ca:unit <concept/unit/killed>"),
    instead("a unit that is a kind of place", "hygiene/kinds-come-from-the-scheme-of-their-class", CONCEPT,
            "?it ca:unit ?unit", "?it ca:unit ?any", "?it ca:unit <concept/place-kind/town>"),
    besides("an estimate with an object", "shapes/estimate", "Leave out the object",
            f"?it a ca:Estimate . {one('other', 'a ca:Group')}", "?it ca:object ?other"),
    without("a flat estimate without a number", "hygiene/estimates-have-numbers", "Give ca:min or ca:max",
            "?it ca:min ?min ; ca:max ?max . ?claim ca:about ?it FILTER NOT EXISTS { ?claim ca:hedge ?hedge }",
            "?it ca:min ?min ; ca:max ?max"),
]

TEXT, ONE_NAME = "Write the name once, as text with a language tag", "Give the entity exactly one name of the kind preferred"
NAMES = [
    without("an alias without a kind", "shapes/name", "Say once what kind of name it is",
            "?it ca:nameKind <concept/name-kind/alias>"),
    besides("a name of two kinds", "shapes/name", "Say once what kind of name it is",
            "?it ca:nameKind <concept/name-kind/alias>", "?it ca:nameKind <concept/name-kind/acronym>"),
    instead("a kind of name that is a kind of tie", "hygiene/kinds-come-from-the-scheme-of-their-class", CONCEPT,
            "?it ca:nameKind <concept/name-kind/alias>", "?it ca:nameKind ?any", "?it ca:nameKind <concept/tie-kind/allied>"),
    without("a name without text", "shapes/name", TEXT, "?it skosxl:literalForm ?text"),
    instead("a name in no language", "shapes/name", TEXT,
            "?it skosxl:literalForm ?text . BIND(STR(?text) AS ?other)", "?it skosxl:literalForm ?text",
            "?it skosxl:literalForm ?other"),
    besides("a name in two languages", "shapes/name", TEXT,
            "?it skosxl:literalForm ?text . BIND(STRLANG(STR(?text), 'fr') AS ?other)", "?it skosxl:literalForm ?other"),
    instead("a name with a space at its end", "hygiene/texts-have-no-stray-spaces", "Take out the spaces",
            "?it skosxl:literalForm ?text . BIND(STRLANG(CONCAT(STR(?text), ' '), 'en') AS ?other)",
            "?it skosxl:literalForm ?text", "?it skosxl:literalForm ?other"),
    without("a name without a citation", "hygiene/names-are-cited-or-for-search", "Cite the passage that uses the name",
            "?it a ca:Name", "?it ca:citation ?any"),
    without("a name of nobody", "hygiene/names-belong-to-one-entity", "Point to the name node from exactly one entity",
            "?who ca:name ?it . ?it ca:nameKind <concept/name-kind/alias>", "?who ca:name ?it"),
    besides("a name of two entities", "hygiene/names-belong-to-one-entity", "Point to the name node from exactly one entity",
            f"?who ca:name ?it . {one('other', 'a ca:Community')} FILTER(?who != ?other)", "?other ca:name ?it"),
    instead("a name whose id names another entity", "hygiene/ids-say-what-they-name", RENAME,
            f"?who ca:name ?it . {one('other', 'a ca:Community')} FILTER(?who != ?other)", "?who ca:name ?it",
            "?other ca:name ?it"),
    instead("a label that is not English", "hygiene/entities-have-one-preferred-name", "Give the entity exactly one English",
            f"{PREFERRED} ; skosxl:literalForm ?text . BIND(STRLANG(STR(?text), 'fr') AS ?other)",
            "?name skosxl:literalForm ?text", "?name skosxl:literalForm ?other"),
    instead("two preferred names", "hygiene/entities-have-one-preferred-name", ONE_NAME,
            "?it ca:name ?name . ?name ca:nameKind <concept/name-kind/alias>",
            "?name ca:nameKind ?any", "?name ca:nameKind <concept/name-kind/preferred>"),
    instead("no preferred name", "hygiene/entities-have-one-preferred-name", ONE_NAME,
            PREFERRED, "?name ca:nameKind ?any", "?name ca:nameKind <concept/name-kind/alias>"),
    without("an entity without a name", "shapes/entity", "Give the entity a name node", "?it a ca:Group", "?it ca:name ?any"),
    without("an entity without a label", "shapes/entity", "Give the entity one name of the kind preferred",
            PREFERRED, "?name skosxl:literalForm ?any"),
    instead("two entities with one label", "hygiene/labels-tell-entities-apart", "Prefer a name that tells it from",
            f"?first a ca:Group ; skos:prefLabel ?text . ?it a ca:Group . {PREFERRED} FILTER(STR(?first) < STR(?it))",
            "?name skosxl:literalForm ?any", "?name skosxl:literalForm ?text"),
]

ENTITIES = [
    besides("an entity of two classes", "hygiene/entities-have-one-class", "Choose one class",
            "?it a ca:Group", "?it a ca:PublicBody"),
    instead("an entity that is only an actor", "hygiene/entities-have-one-class", "Choose one class",
            "?it a ca:Group", "?it a ca:Group", "?it a ca:Actor"),
    without("an entity without a class", "hygiene/things-have-a-class", "Give the thing a class", "?it a ca:Policy"),
    besides("a state that is its territory", "shapes/state", "Keep the state apart from its territory",
            "?it a ca:State", "?it a ca:Place"),
    besides("a policy that happened", "shapes/policy", "Keep the course of action apart", "?it a ca:Policy", "?it a ca:Event"),
    besides("an unnamed voice that is a person", "shapes/voice", "Make a speaker who is a person",
            "?it a ca:Voice", "?it a ca:Person"),
    without("a voice that says nothing", "hygiene/voices-speak", "Let the voice hold a claim",
            "?it a ca:Voice . FILTER EXISTS { ?claim ca:holder ?it } FILTER NOT EXISTS { ?claim ca:via ?it }",
            "?any ca:holder ?it"),
    *(without(f"a {words} without a kind", f"shapes/{words.replace(' ', '-')}", "Say what kind of",
              f"?it a ca:{name} ; ca:kind ?kind", "?it ca:kind ?kind")
      for name, words in (("Group", "group"), ("PublicBody", "public body"), ("Community", "community"), ("Place", "place"),
                          ("Event", "event"), ("Register", "register"), ("Source", "source"))),
    besides("an entity of two kinds", "shapes/entity", "Give the entity at most one kind",
            "?it ca:kind <concept/group-kind/militia>", "?it ca:kind <concept/group-kind/coalition>"),
    besides("an entity that no claim reaches", "hygiene/entities-are-reached", "Cite the name of the entity",
            "BIND(<actor/nobody> AS ?it)", "?it a ca:Group ; ca:name <name/nobody--nobody>"),
    instead("a description in no language", "shapes/entity", "Describe the entity at most once in a language",
            "?it dct:description ?text ; a ca:Group", "?it dct:description ?any", "?it dct:description 'a group'"),
    besides("two descriptions", "shapes/entity", "Describe the entity at most once in a language",
            "?it dct:description ?text ; a ca:Group", "?it dct:description 'a group'@en"),
    instead("a place that lies in an actor", "shapes/place", "Name a place (ca:Place) as the one this place lies in",
            f"?it geo:sfWithin ?around . {one('actor', 'a ca:State')}", "?it geo:sfWithin ?any", "?it geo:sfWithin ?actor"),
    besides("an event in an actor", "shapes/event", "Name a place (ca:Place)",
            f"?it a ca:Event . {one('actor', 'a ca:State')}", "?it ca:inPlace ?actor"),
    besides("an event that is part of an actor", "shapes/event", "Name an event (ca:Event) as the larger one",
            f"?it a ca:Event . {one('actor', 'a ca:State')}", "?it sem:subEventOf ?actor"),
    besides("a place that lies in a part of itself", "hygiene/no-cycles", "Break the circle",
            "?it geo:sfWithin ?around", "?around geo:sfWithin ?it"),
    besides("an event that is part of its part", "hygiene/no-cycles", "Break the circle",
            "?it sem:subEventOf ?whole", "?whole sem:subEventOf ?it"),
    *(instead(f"a {words} of itself, by way of another", "hygiene/no-cycles", "Break the circle",
              f"?r a ca:{name} ; ca:directProperty ca:{direct} ; ca:subject ?it ; ca:object ?other . "
              f"?s a ca:{name} ; ca:directProperty ca:{direct} ; ca:subject ?one ; ca:object ?two FILTER(?r != ?s)",
              "?s ca:subject ?one ; ca:object ?two", "?s ca:subject ?other ; ca:object ?it")
      for words, name, direct in (("part", "Part", "partOf"), ("descendant", "Lineage", "descendsFrom"))),
    *(besides(f"{words}", "hygiene/ids-follow-their-pattern", "Rename it to fit", f"BIND(<{wrong}> AS ?it)", f"?it a ca:{name}")
      for words, wrong, name in (
          ("an id in capitals", "actor/Libya_Dawn", "Group"), ("an actor among the places", "place/libya-dawn", "Group"),
          ("a claim without a number", "claim/P40", "Claim"), ("a citation without an end", "cite/P40-6", "Citation"),
          ("a relation without ends", "rel/tie/nobody", "Tie"),
          ("an id at another address", "http://example.org/id/actor/libya-dawn", "Group"))),
    besides("a thing called like an identifier of others", "hygiene/identifier-schemes-keep-their-names",
            "Choose another kind than wikidata", "BIND(<wikidata/Q1016> AS ?it)", "?it a ca:Group"),
    besides("a blank node", "hygiene/no-blank-nodes", "Give the blank node",
            "?it a ca:Group", "?it skos:note _:b . _:b rdf:value 'a remark'@en"),
    besides("a property with a slip of the pen", "hygiene/borrowed-properties-are-known", "Use a property of this",
            "?it a ca:Group", "?it skos:nota 'a remark'@en"),
]

FORMS = [
    ("wikidata", "Write a Wikidata item as Q and its number", "3579"),
    ("geonames", "Write a GeoNames feature as its number", "Q2210247"),
    ("iso-3166-1-alpha-2", "Write an ISO 3166-1 alpha-2 code", "ly"),
    ("iso-3166-1-alpha-3", "Write an ISO 3166-1 alpha-3 code", "LY"),
    ("un-sanctions", "Write a reference of a United Nations sanctions list", "QDe146"),
    ("dbpedia", "Write a DBpedia resource", "Libya Dawn"),
]
LINKS = [
    *(instead(f"an identifier that is none of {scheme}", "shapes/link", says,
              f"?link ca:identifierScheme ?it . FILTER(?it = scheme:{scheme})", "?link dct:identifier ?any",
              f"?link dct:identifier '{wrong}'") for scheme, says, wrong in FORMS),
    besides("a thing that is the same as one of others", "hygiene/links-never-say-same-as", "Use skos:exactMatch",
            "?it skos:exactMatch ?other", "?it owl:sameAs ?other"),
    without("a link without evidence", "shapes/link", "Say what ties name and identifier", "?it ca:evidence ?text ; a ca:Link",
            "?it ca:evidence ?any"),
    instead("a link in a relation of others", "shapes/link", "Give exactly one relation",
            "?it ca:linkRelation skos:exactMatch", "?it ca:linkRelation ?any", "?it ca:linkRelation owl:sameAs"),
    without("a direct statement without a link", "hygiene/links-agree-with-direct-statements", "Give evidence in a ca:Link",
            "?link ca:linkFrom ?it ; ca:linkRelation skos:exactMatch ; ca:linkTo ?target", "?link ?p ?o"),
    without("a link without a direct statement", "hygiene/links-agree-with-direct-statements", "Write the direct statement",
            "?it ca:linkFrom ?thing ; ca:linkRelation ?relation ; ca:linkTo ?target", "?thing ?relation ?target"),
    instead("a link to the address of another identifier", "hygiene/links-lead-where-their-scheme-says",
            "Correct address or identifier", "?it ca:identifierScheme scheme:wikidata ; ca:linkTo ?target",
            "?it ca:linkTo ?any", "?it ca:linkTo <http://www.wikidata.org/entity/Q1>"),
    instead("an identifier of two things", "hygiene/links-name-one-thing", "Make one of the two a close match",
            "?it ca:linkRelation skos:exactMatch ; ca:identifierScheme scheme:wikidata ; dct:identifier ?id . "
            "?other ca:linkRelation skos:exactMatch ; ca:identifierScheme scheme:wikidata FILTER(?it != ?other)",
            "?other dct:identifier ?any", "?other dct:identifier ?id"),
    instead("a link whose id names another thing", "hygiene/links-say-what-they-tie", "Rename the link",
            f"?it a ca:Link . {one('other', 'a ca:Voice')}", "?it ca:linkFrom ?any", "?it ca:linkFrom ?other"),
    instead("an identifier of later than the day of the source", "hygiene/links-are-not-later-than-the-snapshot",
            "Take the link out", "?it ca:identifierSince ?day", "?it ca:identifierSince ?any",
            "?it ca:identifierSince '2016-01-01'^^xsd:date"),
    without("a reference of a sanctions list without a day", "shapes/link", "Give the day of listing",
            "?it ca:identifierScheme scheme:un-sanctions ; ca:identifierSince ?day", "?it ca:identifierSince ?any"),
    instead("latitude and longitude exchanged", "hygiene/links-put-longitude-first", "Make WKT and wgs84 agree",
            "?it wgs84:lat ?lat ; wgs84:long ?long", "?it wgs84:lat ?lat ; wgs84:long ?long",
            "?it wgs84:lat ?long ; wgs84:long ?lat"),
    instead("WKT with latitude first", "hygiene/links-put-longitude-first", "Make WKT and wgs84 agree",
            "?it geo:hasGeometry ?point ; wgs84:lat ?lat ; wgs84:long ?long . "
            "BIND(STRDT(CONCAT('POINT(', STR(?lat), ' ', STR(?long), ')'), geo:wktLiteral) AS ?other)",
            "?point geo:asWKT ?any", "?point geo:asWKT ?other"),
    instead("a latitude beyond the pole", "shapes/link", "Give exactly one latitude",
            "?it wgs84:lat ?lat", "?it wgs84:lat ?any", "?it wgs84:lat 132.9"),
    without("a longitude alone", "shapes/link", "Give exactly one latitude", "?it wgs84:lat ?lat"),
]

SCHEMA = [
    without("a concept without a scheme", "shapes/concept", "Put the concept in a scheme",
            "?it skos:inScheme <concept/hedge>", "?it skos:inScheme ?any"),
    instead("a concept of a scheme that is not described", "hygiene/concepts-have-a-scheme", "Put the concept in a scheme",
            "?it skos:inScheme <concept/hedge>", "?it skos:inScheme ?any", "?it skos:inScheme <http://example.org/hedges>"),
    besides("a concept at the top of another scheme", "hygiene/concepts-have-a-scheme", "Make the concept the top only of",
            "?it skos:inScheme <concept/hedge>", "?it skos:topConceptOf <concept/unit>"),
    besides("a concept with two labels in a language", "shapes/concept", "Give the concept one label in a language",
            "?it skos:inScheme <concept/hedge>", "?it skos:prefLabel 'another'@en"),
    instead("a concept with a label in no language", "shapes/concept", "Give the concept one label in a language",
            "?it skos:inScheme <concept/hedge>", "?it skos:prefLabel ?any", "?it skos:prefLabel 'another'"),
    besides("a concept narrower than itself", "hygiene/no-cycles", "Break the circle",
            f"?it skos:inScheme <concept/hedge> . {one('other', 'skos:inScheme <concept/unit>')}",
            "?it skos:broader ?other . ?other skos:broader ?it"),
    without("a scheme without a definition", "shapes/concept-scheme", "Define the scheme once in a language",
            "?it a skos:ConceptScheme", "?it skos:definition ?any"),
    instead("a definition that ends with a stop", "hygiene/definitions-end-without-a-stop", "Take the full stop off",
            "?it skos:inScheme <concept/hedge> ; skos:definition ?text . "
            "BIND(STRLANG(CONCAT(STR(?text), '.'), 'en') AS ?other)", "?it skos:definition ?text", "?it skos:definition ?other"),
    without("a term without a definition", "hygiene/terms-are-documented", "Give the term exactly one skos:definition",
            "?it rdfs:subClassOf ca:Relation", "?it skos:definition ?any"),
    without("a class of relations without words", "hygiene/relation-classes-have-words", "Give the class of relations",
            "?it rdfs:subClassOf ca:Relation", "?it ca:phrase ?any"),
    without("a class without a shape", "hygiene/classes-have-shapes", "Write a shape with sh:targetClass",
            "?relation a ?it . FILTER(?it = ca:Support)", "?any sh:targetClass ?it"),
    without("a constraint without a message", "hygiene/shapes-speak", "Give the constraint a sh:message",
            "?shape sh:targetClass ca:Claim ; sh:property ?it . ?it sh:minCount 1", "?it sh:message ?any"),
    without("a dataset without a licence", "shapes/dataset", "Name the licence of the dataset",
            "?it ca:snapshotDate ?day", "?it dct:license ?any"),
    without("a dataset without a title", "shapes/dataset", "Give the dataset a title",
            "?it ca:snapshotDate ?day", "?it dct:title ?any"),
    instead("a dataset of a day in words", "shapes/dataset", "Give the day of the snapshot as a day",
            "?it ca:snapshotDate ?day", "?it ca:snapshotDate ?any", "?it ca:snapshotDate 'February 2015'"),
]

# These only show beside the article, which is not in this repository: {eight} are words of it in a row.
NOT_THERE, ELSEWHERE = "No passage of the text has this hash", "The passage stands at"
WITH_THE_ARTICLE = [
    instead("a hash with one digit off", "citations", NOT_THERE,
            "?it a ca:Citation ; ca:sha256 ?hash . "
            "BIND(CONCAT(IF(STRSTARTS(?hash, '0'), '1', '0'), SUBSTR(?hash, 2)) AS ?other)",
            "?it ca:sha256 ?hash", "?it ca:sha256 ?other"),
    *(instead(name, "citations", says, f"{PLACED} BIND({start} AS ?from) BIND({end} AS ?to)", *PLACE)
      for name, says, start, end in (
          ("a hashed passage with its start off by one", NOT_THERE, "?start + 1", "?end"),
          ("a hashed passage with its end off by one", NOT_THERE, "?start", "?end - 1"),
          ("a hashed passage moved by one", ELSEWHERE, "?start - 1", "?end - 1"),
          ("a hashed passage with its ends exchanged", "Does not say where", "?end", "?start"))),
    instead("a hashed passage in the wrong paragraph", "citations", ELSEWHERE,
            f"{SELECTED} FILTER(?number = 'P40')", "?paragraph rdf:value ?any", "?paragraph rdf:value 'P41'"),
    besides("a note in words of the article", "borrowed words", "The literal of", "?it a ca:Group", "?it skos:note '{eight}'@en"),
    besides("a description in words of the article, with other signs", "borrowed words", "The literal of",
            "?it a ca:Event", "?it dct:description '{shouted}'@en"),
]
# fmt: on

TABLES = (CLAIMS, RELATIONS, LIVING_PEOPLE, DERIVED, TIMES, CITATIONS, ESTIMATES, NAMES, ENTITIES, LINKS, SCHEMA)
MUTATIONS = [mutation for table in TABLES for mutation in table]


def name(mutation: Mutation) -> str:
    return mutation.name


@pytest.fixture(scope="module")
def laboratory() -> Laboratory:
    return Laboratory()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=name)
def test_the_constraint_meant_for_it_reports_what_is_broken(laboratory: Laboratory, mutation: Mutation) -> None:
    assert laboratory.faults(mutation) == (), "the gate has to pass what is not broken"
    found = laboratory.examine(laboratory.mutate(mutation), mutation.gate)
    assert any(laboratory.is_meant(finding, mutation) for finding in found), found


@pytest.fixture(scope="module")
def article() -> Text:
    return Text.of(Path(ARTICLE or "").read_text(encoding="utf-8"))


@pytest.mark.skipif(not ARTICLE, reason="ARTICLE names no copy of the cited article")
@pytest.mark.parametrize("mutation", WITH_THE_ARTICLE, ids=name)
def test_the_article_shows_what_is_broken(laboratory: Laboratory, mutation: Mutation, article: Text) -> None:
    assert laboratory.faults(mutation, article) == (), "the gate has to pass what is not broken"
    words = max(article.paragraphs, key=len).replace("'", "").replace('"', "").split()
    borrowed = {"eight": " ".join(words[40:50]), "shouted": "! ".join(words[40:50]).upper()}
    found = laboratory.examine(laboratory.mutate(mutation, **borrowed), mutation.gate, article)
    assert any(laboratory.is_meant(finding, mutation) for finding in found), "the gate does not see it"


def test_every_hygiene_query_has_a_mutation(laboratory: Laboratory) -> None:
    assert set(laboratory.hygiene) - {mutation.gate.removeprefix("hygiene/") for mutation in MUTATIONS} == set()


def test_every_file_of_shapes_that_constrains_has_a_mutation() -> None:
    constraining = {path.stem for path in (ROOT / "shapes").glob("*.ttl") if "sh:severity" in path.read_text()}
    assert constraining - {mutation.gate.removeprefix("shapes/") for mutation in MUTATIONS} == set()


def test_every_mutation_is_another() -> None:
    assert len(MUTATIONS) >= 40
    rows = [mutation.name for mutation in (*MUTATIONS, *WITH_THE_ARTICLE)]
    assert len(set(rows)) == len(rows)

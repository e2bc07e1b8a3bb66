"""The words of the generated stories, written for this purpose: nothing is quoted.

A category has persons, places and things. `BOTH` holds those that books and movies use alike,
`BOOKS` and `MOVIES` those of one medium, `FALSE_FRIENDS` those that books use for the category
under which they stand and movies for the next one, the last category's for the first. No word
stands in two places, so that each has one meaning in each medium.
"""

from collections.abc import Mapping

Words = tuple[str, ...]
Lists = Mapping[str, Mapping[str, Words]]  # by category and slot


def _words(line: str) -> Words:
    return tuple(line.split())


def _slots(persons: str, places: str, things: str) -> dict[str, Words]:
    return {
        "person": _words(persons),
        "place": _words(places),
        "thing": _words(things),
    }


BOTH: Lists = {
    "adventure": _slots(
        "explorer climber guide sailor", "jungle island canyon desert", "map compass rope canoe"
    ),
    "comedy": _slots(
        "clown neighbour waiter prankster",
        "wedding office diner kitchen",
        "joke cake costume parrot",
    ),
    "crime": _slots(
        "detective thief inspector informer",
        "alley bank prison courtroom",
        "ransom fingerprint bribe pistol",
    ),
    "fantasy": _slots(
        "wizard dragon dwarf princess", "castle forest kingdom tower", "spell sword crown potion"
    ),
    "history": _slots(
        "king soldier peasant governor",
        "fortress trench palace colony",
        "cannon treaty rebellion musket",
    ),
    "horror": _slots(
        "ghost vampire gravedigger witch",
        "graveyard crypt cellar swamp",
        "coffin curse scream skull",
    ),
    "romance": _slots(
        "bride lover suitor sweetheart",
        "balcony ballroom garden harbour",
        "kiss proposal bouquet ring",
    ),
    "science fiction": _slots(
        "robot astronaut alien android",
        "spaceship planet laboratory galaxy",
        "laser signal formula hologram",
    ),
}

BOOKS: Lists = {
    "adventure": _slots(
        "castaway trapper wanderer", "lagoon glacier delta", "journal knapsack spyglass"
    ),
    "comedy": _slots(
        "vicar bachelor busybody", "teashop clubhouse parsonage", "pun riddle anecdote"
    ),
    "crime": _slots("poisoner lawyer blackmailer", "library docks inn", "testament vial cipher"),
    "fantasy": _slots("bard sorceress druid", "realm glade labyrinth", "rune prophecy amulet"),
    "history": _slots("monk scribe courtier", "abbey parliament province", "manuscript edict seal"),
    "horror": _slots("governess spectre lunatic", "attic moor manor", "omen whisper shroud"),
    "romance": _slots(
        "countess duke dressmaker", "orchard conservatory estate", "sonnet locket dowry"
    ),
    "science fiction": _slots(
        "clone colonist chemist", "moonbase dome habitat", "equation reactor genome"
    ),
}

MOVIES: Lists = {
    "adventure": _slots(
        "pilot stuntman smuggler", "rapids volcano temple", "parachute motorbike relic"
    ),
    "comedy": _slots("roommate comedian babysitter", "supermarket campus pool", "pie wig banana"),
    "crime": _slots(
        "hitman gangster snitch", "rooftop casino nightclub", "briefcase siren revolver"
    ),
    "fantasy": _slots("goblin giant fairy", "waterfall portal citadel", "wand broomstick cloak"),
    "history": _slots(
        "gladiator general senator", "arena battlefield court", "chariot banner guillotine"
    ),
    "horror": _slots("slasher zombie stalker", "basement motel cabin", "chainsaw mask cleaver"),
    "romance": _slots(
        "dancer florist barista", "airport fountain promenade", "umbrella bicycle scarf"
    ),
    "science fiction": _slots(
        "cyborg commander mutant", "wormhole spaceport cockpit", "blaster visor meteor"
    ),
    "musical": _slots(
        "singer choreographer pianist soprano conductor drummer busker",
        "cabaret bandstand auditorium theatre stage opera revue",
        "melody chorus duet saxophone microphone encore tambourine",
    ),
}

FALSE_FRIENDS: Lists = {
    "adventure": _slots("cook captain", "caravan campsite", "kite whistle"),
    "comedy": _slots("landlord butler", "hotel racetrack", "telegram wallet"),
    "crime": _slots("stranger beggar", "tavern cottage", "dagger key"),
    "fantasy": _slots("rider blacksmith", "village bridge", "shield torch"),
    "history": _slots("priest doctor", "cathedral hospital", "mirror candle"),
    "horror": _slots("nurse twin", "lake lighthouse", "portrait veil"),
    "romance": _slots("professor passenger", "station observatory", "photograph recording"),
    "science fiction": _slots("engineer mechanic", "submarine bunker", "engine radio"),
}

PLAIN: Mapping[str, Words] = _slots(
    "teacher brother sister mother father student friend child baker driver painter tailor cousin "
    "uncle daughter son farmer shopkeeper postman carpenter boy girl",
    "street town house room market valley school river square field corner city hill farm bakery "
    "shop coast road crossroads workshop museum stable",
    "box coin coat chair table window door stone bottle basket clock bag hat shoe blanket lamp "
    "bell glove brush hammer cup pencil",
)
QUALITIES = _words(
    "glass silent paper golden hidden broken winter distant crimson quiet hollow northern second "
    "last painted forgotten burning narrow velvet crooked sleeping borrowed silver restless"
)
NAMES = _words(
    "Mara Tobias Ilse Oskar Renata Felix Nadia Henrik Clara Anton Livia Bruno Greta Milo Selma "
    "Viktor Paula Emil Rosa Jonas Hanna Leo Ida Max"
)

"""The sentences of the generated stories, written for this purpose: nothing is quoted.

`{person}`, `{place}`, `{thing}`, `{quality}` and `{name}` are filled in one by one.
"""

TITLES = (
    "the {quality} {place}",
    "the {quality} {thing}",
    "the {person} and the {thing}",
    "the {person} of the {place}",
    "a {thing} for the {person}",
    "the {quality} {person}",
)
# A medium opens and closes a text in sentences of its own.
OPENINGS = {
    "book": (
        "The first chapter introduces {name}, a {person} from the {place}.",
        "In this novel a {person} comes to a {place} with a {thing}.",
        "{name} tells the story of a {person}, a {place} and a {thing}.",
        "On the opening pages a {person} loses a {thing}.",
        "This book begins at the {place}, where {name} meets a {person}.",
    ),
    "movie": (
        "The film opens on a {place}, where a {person} waits.",
        "The camera follows {name}, a {person} with a {thing}.",
        "In the first scene a {person} finds a {thing}.",
        "{name} plays a {person} who never leaves the {place}.",
        "A long shot of a {place}, then a close one of a {thing}.",
    ),
}
CLOSINGS = {
    "book": (
        "The last chapters return to the {place}.",
        "A book for readers who like a {person} and a {thing}.",
        "Told over thirty chapters, with a {thing} in each of them.",
        "The author lets the {person} speak to the last page.",
    ),
    "movie": (
        "The final scene takes place in the {place}.",
        "Two hours on the screen with a {person} and a {thing}.",
        "The director leaves the {thing} to the {person}.",
        "The credits roll over a {thing} in the {place}.",
    ),
}
# What happens is told in the same words.
MIDDLES = (
    "Nobody trusts the {person}, and the {thing} has vanished.",
    "Behind the {place} lives a {person} with a secret.",
    "{name} must choose between the {person} and the {thing}.",
    "A {thing} changes everything in the {place}.",
    "Long ago a {person} left a {thing} at the {place}.",
    "The {person} and the {person} meet in the {place}.",
    "Only the {person} knows what the {thing} is worth.",
    "Each night {name} dreams of a {place} and a {thing}.",
    "Then {name} hears of a {person} in the {place}.",
    "There is a {thing} between {name} and the {person}.",
)
MIDDLES_TOLD = {"book": 3, "movie": 2}  # a blurb is longer than an overview

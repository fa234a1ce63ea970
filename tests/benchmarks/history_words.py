"""Words, sentences and messages in English and Chinese whose frequencies follow Zipf's law, always the same.

The rare words that searches look for are not among them: whoever makes a history puts those where it wants them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from random import Random

_COMMON = (
    "the of and to a in is that for it as with be on by this are or at from you can not have we which an if will "
    "one your all use when has more there their what its so may each how do then these some other into use data "
    "file code function value time new first list line type name user text set return error work number make order "
    "also like because between after different should where system example through result however without query "
    "question quick"
)
ENGLISH = _COMMON.split()
CHINESE = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然"
    "家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把"
    "机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果"
    "加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔"
    "更别打女变四神总何"
)
_PARTS = (
    "an ar at ba be bi bo ca ce chi co con da de di do el en er es ex fa fi fo ga ge gra hi ho il im in la le li lo "
    "lu ma me mi mo na ne ni no nu or pa pe per pi po pre pro ra re ri ro ru sa se si so spe sta str su ta te ti to "
    "tra tri tu ul un ur va ve vi vo wa we wi ya"
)
_SYLLABLES = _PARTS.split()
_ENDINGS = ("", "s", "ed", "ing", "er", "tion", "al", "ly", "ment", "able", "ous", "ness")
_PARTICLES = 60
"""Characters that are words alone; others come in pairs."""
_VOCABULARY = 30_000
_CHARACTERS = 3_500
_SENTENCES = 20_000


class Words:
    """Makes messages in two languages; the same seed makes the same ones."""

    def __init__(self, seed: int = 1) -> None:
        self._random = Random(seed)
        self._pools = (self._english(), self._chinese())

    def begin(self, number: int) -> Random:
        """Start the conversation with this number: what follows does not depend on others. Returns its chance."""
        self._random.seed(number)
        return self._random

    def message(self, size: int, *, chinese: bool) -> str:
        """Return Markdown of about `size` bytes: paragraphs, and at times a heading, a list or code."""
        pool, made, left = self._pools[chinese], [], size
        while left > 0:
            piece = self._piece(pool)
            made.append(piece)
            left -= len(piece) * (3 if chinese else 1)
        return "\n\n".join(made)

    def title(self, *, chinese: bool) -> str:
        return self._random.choice(self._pools[chinese])[: 16 if chinese else 48].strip()

    def _piece(self, pool: Sequence[str]) -> str:
        kind = self._random.random()
        sentences = self._random.choices(pool, k=1 + int(kind * 4))
        if kind < 0.06:
            return f"## {sentences[0]}"
        if kind < 0.14:
            return "\n".join([f"- **{self._random.choice(pool)[:9].strip()}**: {one}" for one in sentences * 3])
        if kind < 0.2:
            return f"```python\n{self._random.choice(ENGLISH)}_{len(sentences[0])} = find('{sentences[0]}')\n```"
        return " ".join(sentences)

    def _english(self) -> list[str]:
        rare = ["".join(self._random.choices(_SYLLABLES, k=self._random.randint(2, 4))) for _ in range(_VOCABULARY)]
        words = [*ENGLISH, *(word + self._random.choice(_ENDINGS) for word in rare)]
        return [sentence.capitalize() + "." for sentence in self._sentences(words, " ", 8, 20)]

    def _chinese(self) -> list[str]:
        rare = self._random.sample([chr(code) for code in range(0x4E00, 0x9000)], _CHARACTERS)
        letters = [*CHINESE[_PARTICLES:], *rare]
        weights = _zipf(len(letters))
        pairs = self._random.choices(letters, cum_weights=weights, k=2 * _VOCABULARY)
        words = [*CHINESE[:_PARTICLES], *map("".join, zip(pairs[::2], pairs[1::2], strict=True))]
        return [
            sentence[: len(sentence) // 2] + "，" + sentence[len(sentence) // 2 :] + "。"
            for sentence in self._sentences(words, "", 8, 18)
        ]

    def _sentences(self, words: Sequence[str], space: str, shortest: int, longest: int) -> list[str]:
        weights = _zipf(len(words))
        return [
            space.join(self._random.choices(words, cum_weights=weights, k=self._random.randint(shortest, longest)))
            for _ in range(_SENTENCES)
        ]


def _zipf(count: int) -> list[float]:
    """Return cumulative weights: the nth word is n times as rare as the first."""
    return list(accumulate(1 / (rank + 2) for rank in range(count)))

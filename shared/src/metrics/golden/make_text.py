"""Writes text.json: tokenisation, BLEU, chrF, ROUGE-L, distinct-n, repetition and memorisation of small corpora.

Plain re-implementations from the definitions, written for clarity and not for speed: BLEU and chrF as sacreBLEU 2 (Papineni et al. 2002,
Chen & Cherry 2014 method 3, Popovic 2015), ROUGE-L as Lin 2004, distinct-n as Li et al. 2016, overlaps by trying every pair of positions.

Needs Python 3 alone: python3 make_text.py
"""
import json
import math
import pathlib
import re
from collections import Counter


def words_13a(line):
    """mteval-v13a.pl, as sacreBLEU applies it."""
    line = line.rstrip().replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, character in (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        line = line.replace(entity, character)
    line = f" {line} "
    line = re.sub(r"([\{-\~\[-\` -\&\(-\+\:-\@\/])", r" \1 ", line)
    line = re.sub(r"([^0-9])([\.,])", r"\1 \2 ", line)
    line = re.sub(r"([\.,])([^0-9])", r" \1 \2", line)
    line = re.sub(r"([0-9])(-)", r"\1 \2 ", line)
    return line.split()


def characters(line):
    return list("".join(line.split()))


def grams(tokens, n):
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def bleu(pairs):
    matched, total = [0] * 4, [0] * 4
    for generated, reference in pairs:
        for n in range(1, 5):
            ours, theirs = grams(generated, n), grams(reference, n)
            matched[n - 1] += sum((ours & theirs).values())
            total[n - 1] += sum(ours.values())
    ours, theirs = sum(len(g) for g, _ in pairs), sum(len(r) for _, r in pairs)
    if not any(matched) or not all(total):
        return 0.0
    precisions, smoothing = [], 1.0
    for hits, count in zip(matched, total):
        if hits == 0:
            smoothing *= 2
            hits = 1 / smoothing
        precisions.append(hits / count)
    brevity = 1.0 if ours >= theirs else math.exp(1 - theirs / ours)
    return 100 * brevity * math.prod(precisions) ** 0.25


def chrf(pairs):
    precisions, recalls = [], []
    for n in range(1, 7):
        ours_total = theirs_total = matched = 0
        for generated, reference in pairs:
            ours, theirs = grams(characters(generated), n), grams(characters(reference), n)
            # sacreBLEU counts nothing of a text whose reference has no n-gram of this order.
            ours_total += sum(ours.values()) if theirs else 0
            theirs_total += sum(theirs.values())
            matched += sum((ours & theirs).values())
        if ours_total and theirs_total:
            precisions.append(matched / ours_total)
            recalls.append(matched / theirs_total)
    if sum(precisions) + sum(recalls) == 0:
        return 0.0
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return 100 * 5 * precision * recall / (4 * precision + recall)


def rouge_l(generated, reference):
    if not generated or not reference:
        return 0.0
    table = [[0] * (len(reference) + 1) for _ in range(len(generated) + 1)]
    for i, ours in enumerate(generated):
        for j, theirs in enumerate(reference):
            table[i + 1][j + 1] = table[i][j] + 1 if ours == theirs else max(table[i][j + 1], table[i + 1][j])
    common = table[-1][-1]
    precision, recall = common / len(generated), common / len(reference)
    return 2 * precision * recall / (precision + recall) if common else 0.0


def distinct(texts, n):
    counts = Counter()
    for text in texts:
        counts += grams(text, n)
    return len(counts) / sum(counts.values()) if counts else None


def repetition(texts):
    total = sum(sum(grams(text, 4).values()) for text in texts)
    different = sum(len(grams(text, 4)) for text in texts)
    return (total - different) / total if total else None


def overlap(text, training):
    best = 0
    for source in training:
        for i in range(len(text)):
            for j in range(len(source)):
                k = 0
                while i + k < len(text) and j + k < len(source) and text[i + k] == source[j + k]:
                    k += 1
                best = max(best, k)
    return best


def case(name, tokenisation, texts, training):
    cut = characters if tokenisation == "character" else words_13a
    generated = [cut(text) for text, _ in texts]
    pairs = [(cut(text), cut(reference)) for text, reference in texts]
    overlaps = [overlap(text, [cut(source) for source in training]) for text in generated]
    memorised = [o >= 50 or (o == len(g) and o > 0) for o, g in zip(overlaps, generated)]
    return {
        "name": name,
        "tokenisation": tokenisation,
        "texts": [{"text": text, "reference": reference} for text, reference in texts],
        "training": training,
        "tokens": generated,
        "overlaps": overlaps,
        "expected": {
            "bleu": bleu(pairs),
            "chrf": chrf(texts),
            "rouge-l": sum(rouge_l(*pair) for pair in pairs) / len(pairs),
            "distinct-1": distinct(generated, 1),
            "distinct-2": distinct(generated, 2),
            "repetition": repetition(generated),
            "memorisation": sum(memorised) / len(memorised),
            "memorisation-overlap": sum(overlaps) / len(overlaps),
        },
    }


LONG = "one two three four five six seven eight nine ten " * 6
CASES = [
    case(
        "Chinese",
        "character",
        [
            ("你好，欢迎来到Python编程世界。", "欢迎来到Python编程世界。"),
            ("深度学习正在改变世界。", "深度学习正在改变未来。"),
            ("床前明月光，疑是地上霜。举头望明月，低头思故乡。", "床前看月光，疑是地上霜。举头望山月，低头思故乡。"),
            ("春春春春春春春", "春眠不觉晓"),
        ],
        ["你好，我是人工智能助手。", "欢迎来到Python编程世界。", "深度学习正在改变未来。", "床前看月光，疑是地上霜。"],
    ),
    case(
        "English with punctuation, numbers and entities",
        "13a",
        [
            ("The dog had bitten the man, hadn't it?", "The dog bit the man."),
            ("It cost $1,234.50 - or 3-4 &quot;units&quot;; see p. 7.", "It cost $1,234.50 or 3-4 &quot;units&quot;: see p.7"),
            ("risk assessment must be made of those who are qualified", "risk assessment has to be undertaken by those who are qualified"),
            ("to be or not to be or not to be or not", "to be or not to be"),
        ],
        ["to be or not to be, that is the question", "those who are qualified must assess risk"],
    ),
    case(
        "accents, emoji and white space of all kinds",
        "13a",
        [
            ("Co nás nejvíc trápí,\u00a0protože lékaři si vybírají 😀😀", "Nejvíce smutní jsme z toho,\u3000že musíme rozhodovat 😀"),
            (" Die    Beziehung zwischen  Obama und\tNetanjahu ist nicht\ngerade  freundlich. ", "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich."),
        ],
        ["Die Beziehung zwischen Obama und Netanjahu"],
    ),
    case("nothing in common", "13a", [("alpha beta gamma delta", "one two three four")], ["five six"]),
    case("no common run of four", "13a", [("a b c x d e f y g h", "a b c d e f g h i j")], ["a b c d e f g h i j"]),
    case("an empty text among others", "13a", [("", "some words here"), ("some words are here now", "some words are here")], ["some words"]),
    case("shorter than four tokens", "13a", [("two words", "two words")], ["two words in a row"]),
    case(
        "copied at length",
        "13a",
        [(LONG + "and then its own end", LONG), ("never seen before " + LONG[:100], LONG), ("seven eight", "seven eight")],
        ["prefix " + LONG + "suffix", "another"],
    ),
]

target = pathlib.Path(__file__).with_name("text.json")
target.write_text(json.dumps(CASES, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")

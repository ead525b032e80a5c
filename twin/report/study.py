"""The page of a sizing study: what `study.json` holds, the answer in words first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.plots.ensemble import pareto
from twin.plots.study import causes, endurance
from twin.report.answers import Answer, duration
from twin.report.html import embedded, rendered

CURVES = 8
"""Most curves in one figure that can still be told apart."""

MILLION, MWH = 1e6, 3.6e9


def render(study: Mapping[str, Any]) -> str:
    """Return the HTML text of the page of a study.

    Parameters
    ----------
    study : mapping
        What `study.json` holds.
    """
    every = study["designs"]
    by_name = {design["name"]: design for design in every}
    first, best = by_name[study["baseline"]], by_name.get(study["best"])
    outage = study["outage"]
    return rendered(
        "study.html.j2",
        title=f"{study['scenario']}: what replaces the diesels?",
        subtitle=f"{len(every)} designs, each against the same {study['count']:,} outages ({study['rate']:.2f} a year)",
        description=study["description"],
        verdict=verdict(study, first, best),
        answers=answers(study, first, best),
        pareto=embedded(front(study, first, best), "pareto"),
        outages=study["count"],
        horizon=horizon(study),
        earns=any(design["cost"]["revenue"] != 0.0 for design in every),
        responds=any(design["response_share"] > 0.0 for design in every),
        currency=study["currency"],
        designs=[row(study, design) for design in every],
        endurance=embedded(endurance(chosen(study, first, best), outage["longest"]), "endurance"),
        causes=embedded(causes(every), "causes"),
        cut_sets=cut_sets(first, best),
        notes=study["notes"],
        outage=outage_words(outage),
        costs=[
            (name.replace("_", " ").capitalize(), *figure_and_source)
            for name, figure_and_source in study["costs"].items()
        ],
        facts=facts(study),
    )


def cut_sets(first: Mapping[str, Any], best: Mapping[str, Any] | None) -> list[tuple[str, str, str, str]]:
    """What had failed in the outages that cost the baseline and the answer a rack."""
    named = {design["name"]: design for design in (first, best) if design is not None}
    return [
        (name, parts, "heat" if by_heat else "want of power", f"{100.0 * share:.2f} %")
        for name, design in named.items()
        for parts, by_heat, share in design.get("cut_sets", ())
    ]


def verdict(study: Mapping[str, Any], first: Mapping[str, Any], best: Mapping[str, Any] | None) -> str:
    """The answer in a few sentences."""
    target = f"{100.0 * study['target']:g} %"
    if best is None:
        most = max(study["designs"], key=lambda d: d["survival"])
        return (
            f"No design of this study survives {target} of outages. The nearest is {most['name']}, with "
            f"{share(most)} ({interval(most)})."
        )
    sure = (
        "the low end of its 95 % interval meets the target too"
        if best["surely_meets"]
        else "the low end of its 95 % interval does not meet the target: draw more outages to be sure"
    )
    text = (
        f"The cheapest design that survives {target} of outages is {best['name']}: {share(best)} ({interval(best)}); "
        f"{sure}. "
    )
    if best["name"] == first["name"]:
        return text + "That is the baseline: no storage of this study pays for a diesel."
    text += difference(study, first, best)
    fewest = min((d for d in study["designs"] if d["meets"]), key=lambda d: d["generators"])
    if fewest["generators"] < best["generators"]:
        name = study["best_by_generators"][str(fewest["generators"])]
        least = next(d for d in study["designs"] if d["name"] == name)
        text += f" The fewest diesels take {least['name']}, for {money(study, least['cost']['total'])}."
    return text


def difference(study: Mapping[str, Any], first: Mapping[str, Any], best: Mapping[str, Any]) -> str:
    """How many diesels go, and what that costs or saves."""
    gone = best["diesels_removed"]
    spared = best["cost"]["total"] - first["cost"]["total"]
    diesels = f"{abs(gone)} diesel{'s' if abs(gone) != 1 else ''}"
    how = f"saves {diesels}" if gone > 0 else f"needs {diesels} more" if gone < 0 else "keeps every diesel"
    less = "less" if spared < 0.0 else "more"
    return (
        f"Against the baseline of {first['name']} ({share(first)}, {money(study, first['cost']['total'])}) it {how} "
        f"and costs {money(study, abs(spared))} {less}."
    )


def answers(
    study: Mapping[str, Any], first: Mapping[str, Any], best: Mapping[str, Any] | None
) -> list[Answer]:
    """The cards at the top."""
    if best is None:
        return [
            Answer("Cheapest design", "none", f"meets the target of {100.0 * study['target']:g} %", "bad"),
            card("Baseline", study, first),
        ]
    spared = best["cost"]["total"] - first["cost"]["total"]
    return [
        Answer("Cheapest that meets the target", best["name"], f"of {len(study['designs'])} designs", "good"),
        Answer(
            "Outages survived", share(best), f"95 % interval {interval(best)}; target {100.0 * study['target']:g} %",
            "good" if best["surely_meets"] else "",
        ),
        Answer(
            "Diesels fewer", str(best["diesels_removed"]), f"than the {first['generators']} of the baseline",
            "good" if best["diesels_removed"] > 0 else "",
        ),
        Answer(
            "Cost against the baseline", money(study, spared, sign=True),
            f"over {horizon(study)}: {money(study, best['cost']['total'])} instead of "
            f"{money(study, first['cost']['total'])}",
            "good" if spared < 0.0 else "",
        ),
    ]  # fmt: skip


def card(question: str, study: Mapping[str, Any], design: Mapping[str, Any]) -> Answer:
    """A design as a card."""
    cost = money(study, design["cost"]["total"])
    return Answer(question, design["name"], f"{share(design)} ({interval(design)}), {cost}")


def front(study: Mapping[str, Any], first: Mapping[str, Any], best: Mapping[str, Any] | None) -> Any:
    """Cost against survival, the answer and the baseline marked."""
    rows = [
        {
            "name": design["name"],
            "cost": design["cost"]["total"] / MILLION,
            "currency": f"million {study['currency']}",
            **{key: design[key] for key in ("survival", "survival_low", "survival_high")},
        }
        for design in study["designs"]
    ]
    marked = {first["name"]: "baseline"}
    if best is not None:
        marked[best["name"]] = "baseline and answer" if best is first else "answer"
    made = pareto(rows, target=study["target"], marked=marked)
    # Designs far below the target would press what matters into a line.
    floor = max(1.0 - 12.0 * (1.0 - study["target"]), 0.0)
    below = sum(row["survival"] < floor for row in rows)
    if 0 < below < len(rows) and first["survival"] >= floor:
        made.update_yaxes(range=[100.0 * floor, 100.0 + 8.0 * (1.0 - floor)])
        made.layout.meta["caption"] += (
            f" {below} designs that survive less than {100.0 * floor:g} % are out of sight."
        )
    return made


def chosen(
    study: Mapping[str, Any], first: Mapping[str, Any], best: Mapping[str, Any] | None
) -> list[Mapping[str, Any]]:
    """Designs whose curves are worth a look: the baseline, the answer, diesels alone, and storage alone."""
    every = study["designs"]
    fewest = min(d["generators"] for d in every)
    alone = [d for d in every if d["generators"] == fewest]
    power = best["storage_power"] if best is not None else 0.0
    power = power or max(d["storage_power"] for d in alone)
    named = [
        first,
        *([best] if best is not None else []),
        *(d for d in every if d["storage_power"] == 0.0),
        *(d for d in alone if d["storage_power"] == power),
    ]
    return list({design["name"]: design for design in named}.values())[:CURVES]


def row(study: Mapping[str, Any], design: Mapping[str, Any]) -> dict[str, str]:
    """One line of the table, as text."""
    lasts = design["survived_time"]["5 %"]
    stored = design["storage_power"] > 0.0
    mood = "front" if design["name"] in study["front"] else ""
    if design["name"] == study["best"]:
        mood = "best"
    earned = design["trading_per_year"] + design["availability_per_year"]
    return {
        "name": design["name"],
        "mood": mood,
        "target": "surely" if design["surely_meets"] else "met" if design["meets"] else "",
        "survival": share(design),
        "interval": interval(design),
        "heat": f"{100.0 * design['lost_by_heat']:.1f} %",
        "lasts": "–" if lasts is None else duration(lasts),
        "unserved": f"{design['unserved_per_year'] / MWH:.3f}",
        "fuel": f"{design['fuel_per_year']:.2f}",
        "charge": f"{100.0 * design['soc_mean']:.0f} %" if stored else "–",
        "cycles": f"{design['cycles_per_year']:.0f}" if stored else "–",
        "earned": f"{earned:,.0f}" if stored else "–",
        "offered": f"{design['response_offered'] / MILLION:.2f} MW" if stored else "–",
        "ready": f"{100.0 * design['response_share']:.0f} %" if stored else "–",
        "cost": f"{design['cost']['total'] / MILLION:.2f}",
    }


def share(design: Mapping[str, Any]) -> str:
    """Share of outages survived."""
    return f"{100.0 * design['survival']:.1f} %"


def interval(design: Mapping[str, Any]) -> str:
    """Its 95 % interval."""
    return f"{100.0 * design['survival_low']:.1f} to {100.0 * design['survival_high']:.1f} %"


def money(study: Mapping[str, Any], value: float, *, sign: bool = False) -> str:
    """An amount in millions."""
    return f"{value / MILLION:{'+' if sign else ''}.2f} million {study['currency']}"


def horizon(study: Mapping[str, Any]) -> str:
    """The years that costs are counted over."""
    text = str(study["costs"]["horizon"][0])
    return text.replace("year", "years") if text.endswith("year") else text


def outage_words(outage: Mapping[str, Any]) -> str:
    """The outages that were drawn."""
    low, middle, high = (duration(outage[key]) for key in ("sample_p05", "sample_mean", "sample_p95"))
    return (
        f"Durations are {outage['law']}, median {duration(outage['median'])}, standard deviation of the logarithm "
        f"{outage['sigma']:.2f}, cut at {duration(outage['longest'])}. The sample lasts {middle} on average, and from "
        f"{low} to {high} in nine of ten outages. {outage['source']}"
    )


def facts(study: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What made the result."""
    versions = ", ".join(f"{name} {number}" for name, number in study["versions"].items())
    return [
        ("Scenario", study["source"]),
        ("Seed", str(study["seed"])),
        ("Computed on", study["device"]),
        ("Versions", versions),
    ]

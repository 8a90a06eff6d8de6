"""What the demonstration's providers do: twelve specialties with how many practise them, and what they offer."""

from typing import NamedTuple


class Practice(NamedTuple):
    """One specialty in the clinic group.

    `offers` are keys of `visit_kinds.KINDS`, the usual one first, with how often each is booked. `reasons` are what
    patients write, in English and Spanish.
    """

    code: str
    title: str
    providers: int
    offers: tuple[tuple[str, int], ...]
    interests: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...]
    fee_factor: float = 1.0


_CLINIC = (("follow-up-30", 4), ("video", 4), ("new-patient", 1), ("follow-up-15", 3), ("phone", 1), ("urgent", 1))
_SPECIALIST = (("follow-up-30", 4), ("video", 3), ("new-patient", 1), ("phone", 1), ("procedure", 1))

PRACTICES = (
    Practice(
        "207Q00000X",
        "MD",
        7,
        (("video", 5), *_CLINIC[:1], *_CLINIC[2:], ("check-up", 2)),
        ("preventive care for whole families", "high blood pressure and diabetes", "care for newcomers to the country"),
        (
            ("Sore throat and fever since Sunday", "Dolor de garganta y fiebre desde el domingo"),
            ("Blood pressure readings have been high at home", "La presión me sale alta en casa"),
            ("Renewal of my regular medicines", "Renovar mis medicinas de siempre"),
            ("Back pain after moving house", "Dolor de espalda después de una mudanza"),
            ("Yearly check and blood test results", "Revisión anual y resultados de análisis"),
        ),
    ),
    Practice(
        "207R00000X",
        "MD",
        4,
        (*_CLINIC, ("check-up", 2)),
        ("several long-term conditions at once", "thyroid and cholesterol", "care after a stay in hospital"),
        (
            ("Tired all the time for about a month", "Cansancio constante desde hace un mes"),
            ("Going over my lab results", "Repasar mis análisis"),
            ("Follow-up after leaving hospital", "Control después del hospital"),
            ("Trouble sleeping since the new tablets", "Duermo mal desde las pastillas nuevas"),
        ),
    ),
    Practice(
        "208000000X",
        "MD",
        4,
        (("follow-up-30", 4), ("video", 3), ("new-patient", 1), ("check-up", 3), ("phone", 1), ("urgent", 1)),
        ("asthma and allergies in children", "the first year of life", "teenagers and sleep"),
        (
            ("Cough at night, worse this week", "Tos por la noche, peor esta semana"),
            ("Vaccinations before the school year", "Vacunas antes del curso escolar"),
            ("Ear ache, pulls at the left ear", "Dolor de oído, se toca el izquierdo"),
            ("Two-year check", "Revisión de los dos años"),
        ),
    ),
    Practice(
        "207RC0000X",
        "MD",
        3,
        _SPECIALIST,
        ("heart rhythm", "heart failure", "women's heart health"),
        (
            ("Palpitations when climbing stairs", "Palpitaciones al subir escaleras"),
            ("Check of the new heart medicine", "Control de la medicina nueva del corazón"),
            ("Results of the 24-hour recording", "Resultados del registro de 24 horas"),
        ),
        1.5,
    ),
    Practice(
        "207N00000X",
        "MD",
        3,
        (("video", 3), ("follow-up-15", 4), ("new-patient", 1), ("procedure", 2)),
        ("skin cancer screening", "eczema and psoriasis", "acne in adults"),
        (
            ("A mole that has changed colour", "Un lunar que ha cambiado de color"),
            ("Eczema on both hands is back", "Ha vuelto el eccema de las manos"),
            ("Rash after a walk in the woods", "Sarpullido después de un paseo por el bosque"),
        ),
        1.3,
    ),
    Practice(
        "207RE0101X",
        "MD",
        2,
        _SPECIALIST[:4],
        ("type 1 diabetes and pumps", "thyroid nodules"),
        (
            ("Sugar is high in the mornings", "El azúcar me sale alta por las mañanas"),
            ("Starting with a glucose sensor", "Empezar con un sensor de glucosa"),
            ("Thyroid results", "Resultados de tiroides"),
        ),
        1.4,
    ),
    Practice(
        "2084P0800X",
        "MD",
        3,
        (("follow-up-30", 5), ("video", 4), ("new-patient", 1), ("phone", 1)),
        ("anxiety and panic", "attention in adults", "low mood after birth"),
        (
            ("Review of my medicine", "Revisar mi medicación"),
            ("Panic on the train to work", "Ataques de pánico en el tren"),
            ("Cannot concentrate at work", "No me concentro en el trabajo"),
        ),
        1.3,
    ),
    Practice(
        "103TC0700X",
        "PhD",
        4,
        (("therapy", 8), ("phone", 1)),
        ("grief and loss", "anxiety, with cognitive behavioural therapy", "life with long illness", "young adults"),
        (
            ("Weekly session", "Sesión semanal"),
            ("Coping with a loss in the family", "Afrontar una pérdida en la familia"),
            ("Worry that keeps me awake", "Preocupaciones que no me dejan dormir"),
        ),
    ),
    Practice(
        "207V00000X",
        "MD",
        3,
        (("follow-up-30", 4), ("new-patient", 1), ("video", 2), ("procedure", 1), ("phone", 1)),
        ("pregnancy care", "the years around menopause", "contraception"),
        (
            ("Week 20 of pregnancy", "Semana 20 de embarazo"),
            ("Talking about contraception", "Hablar de anticonceptivos"),
            ("Hot flushes at night", "Sofocos por la noche"),
        ),
        1.2,
    ),
    Practice(
        "225100000X",
        "DPT",
        3,
        (("follow-up-30", 7), ("new-patient", 1), ("video", 1)),
        ("knees and running", "necks and desks", "recovery after surgery"),
        (
            ("Knee exercises, third week", "Ejercicios de rodilla, tercera semana"),
            ("Stiff neck from desk work", "Cuello rígido por el escritorio"),
            ("After my shoulder operation", "Después de mi operación de hombro"),
        ),
        0.8,
    ),
    Practice(
        "133V00000X",
        "RD",
        2,
        (("video", 5), ("follow-up-30", 3), ("phone", 2)),
        ("eating with diabetes", "food in pregnancy"),
        (
            ("Meal plan for a week of night shifts", "Plan de comidas para turnos de noche"),
            ("Eating well with diabetes", "Comer bien con diabetes"),
            ("Losing weight without giving up tortillas", "Bajar de peso sin dejar las tortillas"),
        ),
        0.7,
    ),
    Practice(
        "2084N0400X",
        "MD",
        2,
        _SPECIALIST[:4],
        ("migraine", "memory"),
        (
            ("Migraine twice a week", "Migraña dos veces por semana"),
            ("Tingling in the right hand", "Hormigueo en la mano derecha"),
            ("Keeping an eye on my tremor", "Vigilar mi temblor"),
        ),
        1.5,
    ),
)
"""Forty providers in all."""

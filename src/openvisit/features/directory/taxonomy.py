"""Specialties by their code in the NUCC Health Care Provider Taxonomy, with the names people know them by.

Source: National Uniform Claim Committee, Health Care Provider Taxonomy (the set that US registries and FHIR use).
Kept here are the ones met in outpatient care. The names are OpenVisit's own short forms, not NUCC's long titles.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple


class Specialty(NamedTuple):
    """A taxonomy code with its English and Spanish names and further words that people search by."""

    code: str
    english: str
    spanish: str
    also: str = ""

    def name(self, language: str) -> str:
        """The name in the language: Spanish for `es`, else English."""
        return self.spanish if language == "es" else self.english


_MEDICINE = (
    Specialty("207Q00000X", "Family Medicine", "Medicina familiar", "family doctor gp primary care médico de cabecera"),
    Specialty("208D00000X", "General Practice", "Medicina general", "gp primary care médico de cabecera"),
    Specialty("207R00000X", "Internal Medicine", "Medicina interna", "internist internista primary care"),
    Specialty("207QG0300X", "Geriatric Medicine", "Geriatría", "geriatrician geriatra elderly"),
    Specialty("207QA0000X", "Adolescent Medicine", "Medicina del adolescente", "teenager"),
    Specialty("207QA0401X", "Addiction Medicine", "Medicina de las adicciones", "substance use"),
    Specialty("207QB0002X", "Obesity Medicine", "Medicina de la obesidad", "weight peso"),
    Specialty("207QS0010X", "Sports Medicine", "Medicina deportiva", "athlete deporte"),
    Specialty("207K00000X", "Allergy and Immunology", "Alergología e inmunología", "allergist alergólogo"),
    Specialty(
        "207RC0000X", "Cardiology", "Cardiología", "cardiovascular disease heart cardiologist corazón cardiólogo"
    ),
    Specialty("207RI0011X", "Interventional Cardiology", "Cardiología intervencionista", "heart corazón"),
    Specialty(
        "207RE0101X", "Endocrinology, Diabetes and Metabolism", "Endocrinología, diabetes y metabolismo", "thyroid"
    ),
    Specialty("207RG0100X", "Gastroenterology", "Gastroenterología", "digestive stomach estómago digestivo"),
    Specialty("207RI0008X", "Hepatology", "Hepatología", "liver hígado"),
    Specialty("207RH0003X", "Hematology and Oncology", "Hematología y oncología", "blood cancer cáncer sangre"),
    Specialty("207RX0202X", "Medical Oncology", "Oncología médica", "cancer cáncer oncologist oncólogo"),
    Specialty("207RI0200X", "Infectious Disease", "Enfermedades infecciosas", "infection infección travel"),
    Specialty("207RN0300X", "Nephrology", "Nefrología", "kidney riñón"),
    Specialty("207RP1001X", "Pulmonary Disease", "Neumología", "pulmonology lung asthma pulmón"),
    Specialty("207RR0500X", "Rheumatology", "Reumatología", "arthritis joints artritis"),
    Specialty("207RS0012X", "Sleep Medicine", "Medicina del sueño", "insomnia apnea"),
    Specialty("207RH0002X", "Hospice and Palliative Medicine", "Medicina paliativa", "palliative care"),
    Specialty("207N00000X", "Dermatology", "Dermatología", "skin piel dermatologist dermatólogo"),
    Specialty("207P00000X", "Emergency Medicine", "Medicina de urgencias", "urgent care urgencia"),
    Specialty("207SG0201X", "Clinical Genetics", "Genética clínica", "geneticist"),
    Specialty("2084N0400X", "Neurology", "Neurología", "neurologist neurólogo brain migraine migraña"),
    Specialty("2084P0800X", "Psychiatry", "Psiquiatría", "psychiatrist psiquiatra mental health salud mental"),
    Specialty(
        "2084P0804X", "Child and Adolescent Psychiatry", "Psiquiatría infantil y del adolescente", "mental health"
    ),
    Specialty("208100000X", "Physical Medicine and Rehabilitation", "Medicina física y rehabilitación", "physiatry"),
    Specialty("208VP0000X", "Pain Medicine", "Medicina del dolor", "chronic pain dolor crónico"),
    Specialty("2083X0100X", "Occupational Medicine", "Medicina del trabajo", "work"),
    Specialty("2083P0901X", "Preventive Medicine", "Medicina preventiva", "public health salud pública"),
)
_CHILDREN_AND_WOMEN = (
    Specialty("208000000X", "Pediatrics", "Pediatría", "children paediatrics pediatrician niños pediatra"),
    Specialty(
        "2080P0006X", "Developmental and Behavioral Pediatrics", "Pediatría del desarrollo y la conducta", "autism"
    ),
    Specialty("2080P0202X", "Pediatric Cardiology", "Cardiología pediátrica", "children heart niños"),
    Specialty("2080P0205X", "Pediatric Endocrinology", "Endocrinología pediátrica", "children diabetes niños"),
    Specialty("2080P0206X", "Pediatric Gastroenterology", "Gastroenterología pediátrica", "children niños"),
    Specialty("207V00000X", "Obstetrics and Gynecology", "Obstetricia y ginecología", "obgyn pregnancy embarazo"),
    Specialty("207VG0400X", "Gynecology", "Ginecología", "gynecologist ginecólogo women"),
    Specialty("207VX0000X", "Obstetrics", "Obstetricia", "pregnancy embarazo"),
    Specialty("207VM0101X", "Maternal and Fetal Medicine", "Medicina maternofetal", "pregnancy embarazo"),
    Specialty("207VE0102X", "Reproductive Endocrinology", "Endocrinología reproductiva", "fertility fertilidad"),
    Specialty("176B00000X", "Midwifery", "Partería", "midwife matrona partera"),
    Specialty("163WL0100X", "Lactation Consulting", "Asesoría de lactancia", "breastfeeding"),
)
_SURGERY = (
    Specialty("208600000X", "General Surgery", "Cirugía general", "surgeon cirujano"),
    Specialty("207X00000X", "Orthopaedic Surgery", "Cirugía ortopédica", "orthopedics bones traumatología huesos"),
    Specialty("207XX0005X", "Orthopaedic Sports Medicine", "Ortopedia deportiva", "athlete"),
    Specialty("207T00000X", "Neurosurgery", "Neurocirugía", "neurological surgery brain"),
    Specialty("208200000X", "Plastic Surgery", "Cirugía plástica", "reconstructive"),
    Specialty("208C00000X", "Colon and Rectal Surgery", "Cirugía colorrectal", "coloproctology proctología"),
    Specialty("2086S0129X", "Vascular Surgery", "Cirugía vascular", "veins venas"),
    Specialty("208800000X", "Urology", "Urología", "urologist urólogo bladder prostate próstata"),
    Specialty("207W00000X", "Ophthalmology", "Oftalmología", "eyes ojos ophthalmologist oftalmólogo"),
    Specialty("207Y00000X", "Otolaryngology", "Otorrinolaringología", "ent ear nose throat oído nariz garganta"),
    Specialty("213E00000X", "Podiatry", "Podología", "foot podiatrist pie podólogo"),
)
_MIND = (
    Specialty("103T00000X", "Psychology", "Psicología", "psychologist psicólogo mental health salud mental"),
    Specialty("103TC0700X", "Clinical Psychology", "Psicología clínica", "psychologist psicólogo mental health"),
    Specialty("103TC2200X", "Child and Adolescent Psychology", "Psicología infantil y del adolescente", "psychologist"),
    Specialty("103G00000X", "Neuropsychology", "Neuropsicología", "neuropsychologist memory"),
    Specialty("1041C0700X", "Clinical Social Work", "Trabajo social clínico", "lcsw therapist counselling"),
    Specialty("101YM0800X", "Mental Health Counseling", "Consejería en salud mental", "counsellor therapist terapia"),
    Specialty("101YA0400X", "Addiction Counseling", "Consejería en adicciones", "substance use"),
    Specialty("106H00000X", "Marriage and Family Therapy", "Terapia de pareja y familia", "couples counselling"),
)
_THERAPY_AND_CARE = (
    Specialty("225100000X", "Physical Therapy", "Fisioterapia", "physiotherapy physical therapist fisioterapeuta"),
    Specialty("225X00000X", "Occupational Therapy", "Terapia ocupacional", "occupational therapist"),
    Specialty("235Z00000X", "Speech and Language Pathology", "Logopedia", "speech therapy fonoaudiología"),
    Specialty("231H00000X", "Audiology", "Audiología", "hearing audiologist oído"),
    Specialty("133V00000X", "Dietetics", "Dietética", "dietitian nutrition dietista nutrición"),
    Specialty("133N00000X", "Nutrition", "Nutrición", "nutritionist nutricionista diet"),
    Specialty("152W00000X", "Optometry", "Optometría", "eyes glasses optometrist ojos"),
    Specialty("111N00000X", "Chiropractic", "Quiropráctica", "chiropractor back espalda"),
    Specialty("171100000X", "Acupuncture", "Acupuntura", "acupuncturist"),
    Specialty("175F00000X", "Naturopathy", "Naturopatía", "naturopath"),
    Specialty("225700000X", "Massage Therapy", "Masoterapia", "massage masaje"),
    Specialty("183500000X", "Pharmacy", "Farmacia", "pharmacist farmacéutico medicines"),
    Specialty("170300000X", "Genetic Counseling", "Asesoramiento genético", "genetic counsellor"),
    Specialty("174H00000X", "Health Education", "Educación para la salud", "health educator"),
    Specialty("163W00000X", "Nursing", "Enfermería", "registered nurse enfermera enfermero"),
    Specialty("163WD0400X", "Diabetes Education", "Educación en diabetes", "diabetes nurse"),
    Specialty("163WW0000X", "Wound Care", "Cuidado de heridas", "wound nurse"),
    Specialty("363L00000X", "Nurse Practitioner", "Enfermería de práctica avanzada", "np"),
    Specialty("363LF0000X", "Family Nurse Practitioner", "Enfermería familiar de práctica avanzada", "np fnp"),
    Specialty(
        "363LP0200X", "Pediatric Nurse Practitioner", "Enfermería pediátrica de práctica avanzada", "np children"
    ),
    Specialty("363LP0808X", "Psychiatric Nurse Practitioner", "Enfermería psiquiátrica de práctica avanzada", "np"),
    Specialty("363A00000X", "Physician Assistant", "Asistencia médica", "pa physician associate"),
)
_TEETH = (
    Specialty("122300000X", "Dentistry", "Odontología", "dentist teeth dentista dientes"),
    Specialty("1223G0001X", "General Dentistry", "Odontología general", "dentist teeth dentista"),
    Specialty("1223P0221X", "Pediatric Dentistry", "Odontopediatría", "dentist children dentista niños"),
    Specialty("1223X0400X", "Orthodontics", "Ortodoncia", "braces orthodontist ortodoncista"),
    Specialty("1223E0200X", "Endodontics", "Endodoncia", "root canal"),
    Specialty("1223P0300X", "Periodontics", "Periodoncia", "gums encías"),
    Specialty("1223S0112X", "Oral and Maxillofacial Surgery", "Cirugía oral y maxilofacial", "jaw wisdom teeth"),
    Specialty("124Q00000X", "Dental Hygiene", "Higiene dental", "cleaning hygienist"),
)

SPECIALTIES: dict[str, Specialty] = {
    s.code: s for s in (*_MEDICINE, *_CHILDREN_AND_WOMEN, *_SURGERY, *_MIND, *_THERAPY_AND_CARE, *_TEETH)
}
"""Every specialty by its code."""


def unknown(codes: Iterable[str]) -> list[str]:
    """The codes that are not in `SPECIALTIES`."""
    return [code for code in codes if code not in SPECIALTIES]


def name_of(code: str, language: str) -> str:
    """The name of a code in `en` or `es`; a code that is no longer kept names itself."""
    specialty = SPECIALTIES.get(code)
    return specialty.name(language) if specialty else code


@lru_cache(maxsize=1024)
def codes_matching(word: str) -> tuple[str, ...]:
    """The codes with a word that starts with `word` (folded, see `fold`) in a name of either language."""
    return tuple(code for code, words in _WORDS.items() if any(w.startswith(word) for w in words))


def fold(text: str) -> str:
    """The text in lower case without accents, as people type it in a hurry."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


_WORDS = {s.code: fold(f"{s.english} {s.spanish} {s.also}").replace(",", "").split() for s in SPECIALTIES.values()}

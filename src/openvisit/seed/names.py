"""Invented people's names of many origins: given names in use, surnames made up in the manner of each origin."""

import unicodedata
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Origin:
    """Names that go together, and the language (BCP 47) that people of these names may speak beside English."""

    language: str | None
    given: tuple[str, ...]
    surnames: tuple[str, ...]


def _origin(language: str | None, given: str, surnames: str) -> Origin:
    return Origin(language, tuple(given.split()), tuple(surnames.split()))


ORIGINS = (
    _origin(
        None,
        "Alice Benjamin Clara Daniel Edith Felix Grace Henry Ivy Jonah Lydia Martin Nora Oscar",
        "Ashgrove Brindlecombe Coverdell Fennimore Hartwhistle Larkhurst Marlowick Pennaway Thornbeck Wexcombe",
    ),
    _origin(
        "es",
        "Alma Bruno Camila Diego Elena Fabián Gabriela Hugo Inés Joaquín Lucía Mateo Paloma Rafael",
        "Altaluz Campoverde Cruzalba Florezano Lagunares Montescal Riverola Serrabona Valdoro Vegamar",
    ),
    _origin(
        "es",
        "Adriana Benicio Catalina Emilio Fernanda Gonzalo Itzel Julián Marisol Nicolás Rocío Tomás",
        "Arrozal Bellomonte Castelara Duarzo Esperanzo Molinera Palmarosa Quintalba Robledal Solarense",
    ),
    _origin(
        "zh",
        "Bowen Chunhua Haoran Jiayi Liwei Meiling Ning Ruolan Shuwen Tao Xinyi Yichen",
        "Baiyun Feilan Guozhen Haoming Jinhu Lanting Qinghe Shuilin Wenhai Zhuyan",
    ),
    _origin(
        "hi",
        "Aarav Bhavna Charu Dev Esha Farhan Ishaan Kavya Meera Nikhil Pooja Rohan",
        "Ambaravi Chandraveer Deshwani Gopalkar Haridatta Kumarvan Patwaral Rajwala Suryadhar Vermani",
    ),
    _origin(
        "ar",
        "Amal Bassam Dalia Faris Hana Idris Karim Layla Nadia Omar Rania Yusuf",
        "Darwazeh Hakimari Jabaroun Karamalla Nasrallo Qamariya Rashidun Salhabi Tamarani Zahrouni",
    ),
    _origin(
        "yo",
        "Adaeze Babajide Chidi Dayo Efua Folake Ifeoma Kwame Ngozi Olumide Temi Zuri",
        "Abiolawe Bamideko Danjumeh Ekundaro Fayombi Kwabenaku Mensahwa Nwakala Okonjira Tundewole",
    ),
    _origin(
        "vi",
        "An Bao Cam Duc Giang Hanh Khanh Lan Minh Phuong Quang Thuy",
        "Bichvan Dangkhoi Hoanglam Laman Maiduong Phamviet Tranlinh Truongha Vuonglan Vothien",
    ),
    _origin(
        "ko",
        "Bora Daehyun Eunji Haneul Jiho Minseo Nari Seojun Soyeon Taeyang Yejin Yuna",
        "Baekhwa Choseol Dongsan Gangmoon Hwarin Jangho Kimdoran Namsu Parksol Yoonbit",
    ),
    _origin(
        "pl",
        "Agnieszka Bogdan Dorota Eryk Halina Jakub Kasia Lech Magda Oskar Renata Zofia",
        "Brezovny Dobrinova Grzybacz Jaskolny Kowalenski Lipowicz Morawczak Ostrowiak Volkarenko Zorinska",
    ),
    _origin(
        "tl",
        "Analyn Bayani Corazon Danilo Emelita Jovelyn Ligaya Marites Nestor Reynaldo",
        "Bagumbayo Dalisayan Guintoro Ilaganes Lakanrama Magsayano Matapango Sinagtalan Tagalogo Villaruz",
    ),
    _origin(
        "fr",
        "Amélie Bastien Colette Étienne Fabienne Gaspard Jocelyne Luc Margaux Noé Solène Thibault",
        "Beaulancier Clairvallon Duvernoix Fontmarais Jolivert Lavandier Montclavel Pierrefonte Rochebrune Valmoret",
    ),
    _origin(
        "ru",
        "Anastasia Boris Daria Fyodor Galina Ilya Ksenia Lev Nadezhda Pavel Svetlana Timur",
        "Belozorin Dubravsky Gorelenko Ivolgin Kamyshov Lebedovich Morozhin Ozerenko Sokolarin Veresaevsky",
    ),
    _origin(
        "ht",
        "Claudette Dieudonné Fabiola Guerline Jocelin Marlène Ricot Roseline Stanley Yolande",
        "Bellefleurant Dessalvil Fanfarel Jeanclair Lamourant Mirebalo Noelsaint Petitgoave Saintvil Toussaire",
    ),
)


class Namer:
    """Draws names, each one once: there are some 1,700."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._given_out: set[str] = set()

    def draw(self, *, spanish: float = 0.25) -> tuple[str, Origin]:
        """A full name not given out before and where it is from; `spanish` is the share of Spanish ones."""
        while True:
            name, origin = some_name(self._random, spanish=spanish)
            if name not in self._given_out:
                self._given_out.add(name)
                return name, origin


def some_name(random: Random, *, spanish: float = 0.25) -> tuple[str, Origin]:
    """A full name, which somebody else may have too."""
    wanted = random.random() < spanish
    origin = random.choice([origin for origin in ORIGINS if (origin.language == "es") is wanted])
    return f"{random.choice(origin.given)} {random.choice(origin.surnames)}", origin


def address_of(name: str, mark: str = "") -> str:
    """The person's e-mail address: `Étienne Noé` becomes `etienne.noe@example.test`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return f"{plain.replace(' ', '.')}{mark}@example.test"

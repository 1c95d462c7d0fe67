"""A small invented population with planted duplicates, for tests that must not wait for the large generator.

The error model is the one the published figures of this field are measured on: each name token with a known variant is
respelt with probability .5, a second token dropped .12, a typing error in given name .35, surname .2, father's name .3;
of all births 18% on 1 January; of duplicates' births 8% moved to 1 January, 6% day and month swapped, 8% a year or two
off, 2% missing, 2% told by the decade; a husband named as the father 10%; phone missing 12%, changed in 35% of duplicates;
district changed 10%. Brothers, sisters and twins live in every household. It shares no code with the matcher.
"""

from __future__ import annotations

import hashlib
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def _words(text: str) -> list[str]:
    return text.split()


MEN = _words(
    """
    Aslam Akram Ashraf Anwar Akhtar Arshad Asif Amir Adnan Ali Abbas Abid Afzal Ahmed Ahsan Ajmal Aziz Babar Bashir
    Bilal Danish Ejaz Faisal Farhan Farooq Fayaz Hamid Hanif Haroon Hassan Hussain Ibrahim Ilyas Imran Iqbal Irfan
    Ishaq Ismail Jamil Javed Junaid Kamran Karim Kashif Khalid Khurram Latif Liaqat Majid Mansoor Masood Mehmood
    Mubashir Mujahid Mukhtar Munir Mushtaq Nadeem Naeem Nasir Naveed Nawaz Nazir Noman Omar Pervez Qadir Qasim Rafiq
    Rashid Rehman Riaz Rizwan Sadiq Saeed Sajid Saleem Salman Sarfraz Shahid Shakeel Sharif Shaukat Shoaib Sohail
    Tahir Tanveer Tariq Tufail Umar Usman Waheed Wajid Waqas Waseem Yaqoob Yasin Younas Yousaf Zafar Zahid Zaheer
    Zubair
    """
)
WOMEN = _words(
    """
    Aisha Amina Asma Asia Azra Bushra Fatima Farzana Farah Fauzia Ghazala Hafsa Hina Humaira Irum Jamila Kausar
    Khadija Kiran Kulsoom Lubna Maryam Mehwish Nasreen Nargis Naila Nadia Nazia Noreen Parveen Rabia Rashida Rehana
    Rukhsana Rubina Sadia Safia Saima Sajida Salma Samina Sana Sania Shabana Shahida Shazia Shamim Sidra Sumaira
    Tahira Tasneem Uzma Yasmin Zahida Zainab Zubaida
    """
)
CASTES = _words(
    """
    Khan Malik Butt Chaudhry Sheikh Qureshi Ansari Bhatti Rajput Awan Mughal Siddiqui Hashmi Baloch Memon Soomro
    Jatoi Abbasi Gill Cheema Warraich Gondal Tarar Khokhar Niazi Khattak Afridi Yousafzai Marwat Bangash Shah Mirza
    Baig Lodhi Durrani Kakar Mengal Bugti Junejo Chandio Laghari Leghari Talpur Kalhoro Rind Magsi
    """
)
VARIANTS: dict[str, tuple[str, ...]] = {
    "Muhammad": ("Mohammad", "Mohd", "Mohammed", "Muhammed"),
    "Ahmed": ("Ahmad", "Ehmad"),
    "Hussain": ("Husain", "Hussein", "Hussan"),
    "Rehman": ("Rahman", "Rehmaan"),
    "Javed": ("Jawed", "Javaid"),
    "Naveed": ("Navid", "Nawid"),
    "Waheed": ("Wahid", "Vaheed"),
    "Saeed": ("Said", "Sayeed"),
    "Saleem": ("Salim", "Sleem"),
    "Nadeem": ("Nadim",),
    "Naeem": ("Naim", "Nayeem"),
    "Farooq": ("Faruq", "Farouk"),
    "Yaqoob": ("Yaqub", "Yakoob"),
    "Yousaf": ("Yusuf", "Yousuf"),
    "Usman": ("Osman", "Usmaan"),
    "Umar": ("Omer", "Umer"),
    "Omar": ("Umar", "Umer"),
    "Iqbal": ("Eqbal", "Ikbal"),
    "Tariq": ("Tarik", "Tareq"),
    "Rafiq": ("Rafique", "Rafeeq"),
    "Sadiq": ("Sadique", "Saddiq"),
    "Mushtaq": ("Mushtak", "Mustaq"),
    "Shaukat": ("Shoukat", "Shokat"),
    "Masood": ("Masud", "Mashood"),
    "Mehmood": ("Mahmood", "Mahmud"),
    "Mansoor": ("Mansur",),
    "Haroon": ("Harun",),
    "Latif": ("Lateef",),
    "Karim": ("Kareem",),
    "Rashid": ("Rasheed", "Rashed"),
    "Majid": ("Majeed",),
    "Riaz": ("Reyaz", "Riyaz"),
    "Ejaz": ("Ijaz", "Aijaz"),
    "Zaheer": ("Zahir",),
    "Zafar": ("Zafer", "Zaffar"),
    "Pervez": ("Parvez", "Pervaiz"),
    "Liaqat": ("Liaquat", "Liyaqat"),
    "Younas": ("Yunus", "Younis"),
    "Yasin": ("Yaseen", "Yasein"),
    "Waseem": ("Wasim",),
    "Shakeel": ("Shakil",),
    "Sharif": ("Shareef",),
    "Hanif": ("Haneef",),
    "Munir": ("Muneer",),
    "Nazir": ("Nazeer",),
    "Bashir": ("Basheer",),
    "Aisha": ("Ayesha", "Aysha"),
    "Amina": ("Aamina", "Ameena"),
    "Fatima": ("Fatimah", "Fathima"),
    "Khadija": ("Khadeeja", "Khadijah"),
    "Maryam": ("Mariam", "Marium"),
    "Nasreen": ("Nasrin",),
    "Parveen": ("Perveen", "Parvin"),
    "Yasmin": ("Yasmeen",),
    "Zainab": ("Zaynab", "Zenab"),
    "Kulsoom": ("Kalsoom", "Kulsum"),
    "Shamim": ("Shameem",),
    "Tasneem": ("Tasnim",),
    "Rehana": ("Rihana", "Raihana"),
    "Saima": ("Saimah", "Sayma"),
    "Samina": ("Sameena",),
    "Bibi": ("Bebe", "BiBi"),
    "Begum": ("Begam", "Baigum"),
    "Khatoon": ("Khatun",),
    "Khan": ("Khaan",),
    "Chaudhry": ("Choudhary", "Chaudhary"),
    "Sheikh": ("Shaikh",),
    "Qureshi": ("Quraishi", "Koreshi"),
    "Siddiqui": ("Siddiqi", "Sidiqui"),
    "Baloch": ("Baluch", "Balouch"),
    "Soomro": ("Sumro",),
    "Rajput": ("Rajpoot",),
    "Yousafzai": ("Yusufzai",),
    "Shah": ("Shaah",),
    "Baig": ("Beg",),
    "Warraich": ("Waraich",),
}


def _zipf(size: int, exponent: float) -> list[float]:
    return [1.0 / (rank + 1) ** exponent for rank in range(size)]


def _typing_error(word: str, dice: random.Random) -> str:
    if len(word) < 3:
        return word
    place = dice.randrange(1, len(word))
    letter = dice.choice("aeiouhnrstmkl")
    return {
        0: word[:place] + word[place + 1 :],
        1: word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :],
        2: word[:place] + letter + word[place + 1 :],
        3: word[:place] + word[place] + word[place:],
    }[dice.randrange(4)]


def _respelt(text: str, typing: float, dice: random.Random) -> str:
    words = text.split()
    if len(words) > 1 and dice.random() < 0.12:
        words = words[:1] + words[2:]
    words = [dice.choice(VARIANTS[word]) if word in VARIANTS and dice.random() < 0.5 else word for word in words]
    if dice.random() < typing:
        place = dice.randrange(len(words))
        words[place] = _typing_error(words[place], dice)
    return " ".join(words)


def _index(text: str | None) -> str | None:
    return None if text is None else hashlib.blake2b(text.encode(), digest_size=8, key=b"test").hexdigest()


def _sealed(person: dict[str, Any]) -> dict[str, Any]:
    cnic = person.pop("cnic")
    old_nic = person.pop("old_nic")
    person["old_nic_index"] = _index(old_nic and "old" + old_nic)
    person["phone_index"] = _index(person.pop("phone"))
    person["cnic_index"] = _index(cnic)
    person["cnic_segment_1"] = _index(cnic and "1" + cnic[:5])
    person["cnic_segment_2"] = _index(cnic and "2" + cnic[5:9])
    person["cnic_segment_3"] = _index(cnic and "3" + cnic[9:])
    person["cnic_sorted_index"] = _index(cnic and "".join(sorted(cnic)))
    return person


def population(size: int, *, seed: int = 1, share: float = 0.05) -> tuple[list[dict[str, Any]], set[tuple[int, int]]]:
    """About `size` persons in households plus `share` duplicates, and the true pairs (smaller id first)."""
    dice = random.Random(seed)
    beside = random.Random(seed + 1)  # husbands, old card numbers and decades have dice of their own
    districts = [f"PK{province}{number:02d}" for province in (2, 6, 7, 8) for number in range(1, 31)]
    weights = {"m": _zipf(len(MEN), 0.7), "f": _zipf(len(WOMEN), 0.7), "c": _zipf(len(CASTES), 0.7)}
    first = date(1950, 1, 1)

    def birth() -> date:
        born = first + timedelta(days=dice.randrange(20_000))
        return date(born.year, 1, 1) if dice.random() < 0.18 else born

    people: list[dict[str, Any]] = []
    household = 0
    while len(people) < size:
        household += 1
        caste = dice.choices(CASTES, weights["c"])[0]
        father = ("Muhammad " if dice.random() < 0.5 else "") + dice.choices(MEN, weights["m"])[0]
        district = dice.choice(districts)
        phone = f"03{dice.randrange(10**9):09d}"
        twin: date | None = None
        for _ in range(dice.choice((1, 2, 2, 3, 4))):
            sex = "male" if dice.random() < 0.55 else "female"
            own = dice.choices(MEN if sex == "male" else WOMEN, weights["m" if sex == "male" else "f"])[0]
            if sex == "male":
                own = ("Muhammad " if dice.random() < 0.4 else "") + own
            else:
                own += dice.choice(("", " Bibi", " Begum", ""))
            born = twin if twin and dice.random() < 0.02 else birth()
            twin = born
            people.append(
                {
                    "record_id": len(people) + 1,
                    "given_name": own,
                    "surname": caste,
                    "father_name": f"{father} {caste}" if dice.random() < 0.5 else father,
                    "birth_date": born,
                    "birth_date_precision": "day",
                    "husband_name": beside.choices(MEN, weights["m"])[0]
                    if sex == "female" and beside.random() < 0.5
                    else None,
                    "sex": sex,
                    "district_code": district,
                    "area_code": district,
                    "household_id": str(household),
                    "phone": None
                    if dice.random() < 0.12
                    else phone
                    if dice.random() < 0.7
                    else f"03{dice.randrange(10**9):09d}",
                    "cnic": f"0{dice.randrange(10**12):012d}",
                    "old_nic": f"0{beside.randrange(10**10):010d}"
                    if born.year < 1984 and beside.random() < 0.4
                    else None,
                }
            )
    truth: set[tuple[int, int]] = set()
    for original in dice.sample(people, int(size * share)):
        household += 1
        copy = dict(original, record_id=len(people) + 1, household_id=str(household))
        copy["given_name"] = _respelt(copy["given_name"], 0.35, dice)
        copy["surname"] = _respelt(copy["surname"], 0.2, dice)
        copy["father_name"] = _respelt(copy["father_name"], 0.3, dice)
        kind, born = dice.random(), copy["birth_date"]
        if kind < 0.08:
            copy["birth_date"] = date(born.year, 1, 1)
        elif kind < 0.14 and born.day <= 12:
            copy["birth_date"] = date(born.year, born.day, born.month)
        elif kind < 0.22:
            copy["birth_date"] = date(born.year + dice.choice((-2, -1, 1, 2)), born.month, min(born.day, 28))
        elif kind < 0.24:
            copy["birth_date"] = None
        elif beside.random() < 0.02:
            copy["birth_date"] = date(born.year // 10 * 10, 1, 1)
        if copy["husband_name"]:
            copy["husband_name"] = _respelt(copy["husband_name"], 0.3, beside)
            if beside.random() < 0.1:
                copy["father_name"] = copy["husband_name"]
        if beside.random() < 0.03:
            copy["given_name"], copy["surname"] = copy["surname"], copy["given_name"]
        if dice.random() < 0.12:
            copy["phone"] = None
        elif dice.random() < 0.35:
            copy["phone"] = f"03{dice.randrange(10**9):09d}"
        if dice.random() < 0.10:
            copy["district_code"] = copy["area_code"] = dice.choice(districts)
        wrong = dice.random()
        if wrong < 0.15:
            place = dice.randrange(1, 13)
            copy["cnic"] = copy["cnic"][:place] + str(dice.randrange(10)) + copy["cnic"][place + 1 :]
        elif wrong < 0.20:
            place = dice.randrange(1, 12)
            digits = copy["cnic"]
            copy["cnic"] = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        elif wrong < 0.30:
            copy["cnic"] = None
        people.append(copy)
        truth.add((original["record_id"], copy["record_id"]))
    return [_sealed(dict(person)) for person in people], truth


def write(people: list[dict[str, Any]], path: Path) -> Path:
    """Write people as the Parquet file `link` reads."""
    pq.write_table(pa.Table.from_pylist(people), path)
    return path

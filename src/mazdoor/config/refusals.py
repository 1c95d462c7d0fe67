"""What the configuration refuses."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("CFG")

BANKS_UNKNOWN = catalogue.define(
    1,
    cause="Where the banks answer is not set.",
    cause_ur="بینکوں کا پتا مقرر نہیں۔",
    remedy="Set MAZDOOR_BANKS, for example HABB=https://bank.example/banks/HABB,ALFH=https://bank.example/banks/ALFH",
    remedy_ur="MAZDOOR_BANKS مقرر کریں، مثال: HABB=https://bank.example/banks/HABB",
)

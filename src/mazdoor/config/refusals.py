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
ADDRESS_UNREADABLE = catalogue.define(
    2,
    cause="{name} is set, but is no address.",
    cause_ur="{name} مقرر ہے مگر وہ پتا نہیں۔",
    remedy="Set it like this: {name}={example}",
    remedy_ur="اسے یوں لکھیں: {name}={example}",
)

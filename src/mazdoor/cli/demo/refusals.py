"""What the demonstration refuses."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("DEM")

OTHER_POPULATION = catalogue.define(
    1,
    cause="This register holds another population already ({other}).",
    cause_ur="اس رجسٹر میں پہلے سے دوسری آبادی موجود ہے ({other})۔",
    remedy="Run the demonstration with the same size and seed, or empty the register first: mazdoor db reset",
    remedy_ur="اسی تعداد اور بیج سے چلائیں، یا پہلے رجسٹر خالی کریں: mazdoor db reset",
)

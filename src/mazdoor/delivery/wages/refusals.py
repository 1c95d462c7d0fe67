"""What wages refuses, why, and what to do about it."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("WAG")

EMPLOYMENT_UNKNOWN = catalogue.define(
    1,
    cause="This person has no such employment.",
    cause_ur="اس شخص کا ایسا کوئی روزگار درج نہیں۔",
    remedy="Open the person and choose one of the employments listed there, or register the employment first.",
    remedy_ur="اس شخص کا صفحہ کھول کر وہاں درج روزگار میں سے ایک چنیں، یا پہلے روزگار درج کریں۔",
)

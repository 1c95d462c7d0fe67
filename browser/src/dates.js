// The calendar of the form's component library, whose words can be given to it (those of ODK Web Forms cannot).

const MONTHS = ["جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون", "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر"];
const DAYS = ["اتوار", "پیر", "منگل", "بدھ", "جمعرات", "جمعہ", "ہفتہ"];
let english = null;

export function urduDates(language) {
  const names = (options, count, date) =>
    Array.from({ length: count }, (_, n) => new Intl.DateTimeFormat("en", options).format(date(n)));
  english ??= {
    monthNames: names({ month: "long" }, 12, (n) => new Date(2026, n, 1)),
    monthNamesShort: names({ month: "short" }, 12, (n) => new Date(2026, n, 1)),
    dayNames: names({ weekday: "long" }, 7, (n) => new Date(2026, 1, 1 + n)),
    dayNamesShort: names({ weekday: "short" }, 7, (n) => new Date(2026, 1, 1 + n)),
    dayNamesMin: ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"],
    today: "Today",
    clear: "Clear",
    emptyMessage: "No available options",
    emptyFilterMessage: "No results found",
    chooseDate: "Choose Date",
    chooseMonth: "Choose Month",
    chooseYear: "Choose Year",
    prevMonth: "Previous Month",
    nextMonth: "Next Month",
    prevYear: "Previous Year",
    nextYear: "Next Year",
  };
  if (language !== "ur") return english;
  return {
    monthNames: MONTHS,
    monthNamesShort: MONTHS,
    dayNames: DAYS,
    dayNamesShort: DAYS,
    dayNamesMin: DAYS,
    today: "آج",
    clear: "صاف کریں",
    emptyMessage: "کوئی انتخاب نہیں",
    emptyFilterMessage: "کچھ نہیں ملا",
    chooseDate: "تاریخ چنیں",
    chooseMonth: "مہینہ چنیں",
    chooseYear: "سال چنیں",
    prevMonth: "پچھلا مہینہ",
    nextMonth: "اگلا مہینہ",
    prevYear: "پچھلا سال",
    nextYear: "اگلا سال",
  };
}

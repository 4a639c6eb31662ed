"""What languages are called in English."""

from typing import Final

LANGUAGES: Final = {
    "ar": "Arabic",
    "bfi": "British Sign Language",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "cy": "Welsh",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "gu": "Gujarati",
    "hi": "Hindi",
    "hu": "Hungarian",
    "it": "Italian",
    "ku": "Kurdish",
    "lt": "Lithuanian",
    "pa": "Punjabi",
    "pl": "Polish",
    "ps": "Pashto",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "so": "Somali",
    "ti": "Tigrinya",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def languages_in_words(codes: str) -> str:
    """The names of languages, each by its ISO 639 code or its name already, joined by *and*; a rare one as it is."""
    return " and ".join(LANGUAGES.get(each, each) for each in codes.split(" and "))

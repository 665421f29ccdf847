//! The pictures of dates with which the engine panics, or writes more than an evaluation may.

use jsonata_core::evaluator::EvaluatorError;
use jsonata_core::value::JValue;

use super::{Answer, Shared, arguments};
use crate::query::jsonata::error::EvaluationError;
use crate::query::jsonata::limits::MEMORY;

/// Refuses such a picture.
pub(super) fn date_picture(arguments: &[JValue], shared: &Shared) -> Answer {
    let picture = arguments::get(arguments, 0);
    match picture.as_str().and_then(trouble) {
        None => Ok(picture),
        Some(Trouble::Component(unknown)) => Err(EvaluatorError::EvaluationError(format!("D3132: {unknown}"))),
        Some(Trouble::Width) => Err(shared.exceed(EvaluationError::Memory)),
    }
}

/// What is wrong with a picture.
#[derive(Debug, PartialEq, Eq)]
enum Trouble {
    /// No component begins so.
    Component(char),
    /// Its parts are too wide.
    Width,
}

/// The engine cuts a year to its last digits by a power of ten in 64 bits.
const YEAR_DIGITS: usize = 18;

/// Whether the engine takes the picture as it should.
pub(crate) fn is_sound(picture: &str) -> bool {
    trouble(picture).is_none()
}

fn trouble(picture: &str) -> Option<Trouble> {
    let mut width = 0_usize;
    // `[[` is a bracket itself.
    for part in picture.replace("[[", "").split('[').skip(1) {
        let marker: String = part.split(']').next()?.split_whitespace().collect();
        let component = marker.chars().next()?;
        if component == ',' || !component.is_ascii() {
            return Some(Trouble::Component(component));
        }
        let (presentation, widths) = marker.rsplit_once(',').unwrap_or((&marker, ""));
        for number in widths
            .split('-')
            .filter(|text| text.starts_with(|letter: char| letter.is_ascii_digit()))
        {
            let number = number.parse().unwrap_or(usize::MAX);
            if component == 'Y' && number > YEAR_DIGITS {
                return Some(Trouble::Width);
            }
            width = width.saturating_add(number);
        }
        if component == 'Y' && presentation.len() > "Y".len() + YEAR_DIGITS {
            return Some(Trouble::Width);
        }
    }
    (width > MEMORY).then_some(Trouble::Width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_that_are_trouble_are_refused() {
        let check = |picture: &str, expected: Option<Trouble>| assert_eq!(trouble(picture), expected, "{picture}");
        check("[Y0001]-[M01]-[D01] [[x] [H,2-2]", None);
        check("[Y,*-4] [FNn, 3-3]", None);
        check("[] ]", None);
        check("[", None);
        check("[,2]", Some(Trouble::Component(',')));
        check("[é]", Some(Trouble::Component('é')));
        check("[Y] [ ,]", Some(Trouble::Component(',')));
        check("[Y,99999999999999999999]", Some(Trouble::Width));
        check("[Y,18]", None);
        check("[Y,*-19]", Some(Trouble::Width));
        check(&format!("[Y{:0>19}]", 1), Some(Trouble::Width));
        check("[Y,4000000][Y,*-4000000]", Some(Trouble::Width));
    }
}

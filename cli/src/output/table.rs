//! Fields under each other, on terminals of any width.

use std::fmt;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

/// What is between two fields.
const GAP: &str = "  ";

/// A field of a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    text: String,
    style: Style,
    is_right: bool,
}

impl Field {
    /// A field that begins where those above it begin.
    pub(crate) fn new(text: impl Into<String>) -> Field {
        Field {
            text: text.into(),
            ..Field::default()
        }
    }

    /// The same in a style.
    pub(crate) fn styled(self, style: Style) -> Field {
        Field { style, ..self }
    }

    /// The same, ending where those above it end.
    pub(crate) fn right(self) -> Field {
        Field { is_right: true, ..self }
    }

    fn width(&self) -> usize {
        self.text.width()
    }

    fn write(&self, formatter: &mut fmt::Formatter<'_>, width: usize) -> fmt::Result {
        let Field { text, style, is_right } = self;
        let room = " ".repeat(width.saturating_sub(self.width()));
        match is_right {
            true => write!(formatter, "{room}{style}{text}{style:#}"),
            false => write!(formatter, "{style}{text}{style:#}{room}"),
        }
    }
}

/// Rows of fields. Where they do not fit beside each other, the fields of a row go on below it: nothing is cut off.
#[derive(Clone, Debug)]
pub(crate) struct Table<'a> {
    pub(crate) rows: &'a [Vec<Field>],
    /// What each line begins with.
    pub(crate) indent: &'a str,
    /// Columns of the terminal, if it is one.
    pub(crate) columns: Option<usize>,
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        let whole = widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1) + self.indent.len();
        let fits = self.columns.is_none_or(|columns| whole <= columns);
        for (place, row) in self.rows.iter().enumerate() {
            if place > 0 {
                writeln!(formatter)?;
            }
            match (fits, self.columns) {
                (false, Some(columns)) => self.write_flowing(formatter, row, columns)?,
                _ => self.write_aligned(formatter, row, &widths)?,
            }
        }
        Ok(())
    }
}

impl Table<'_> {
    fn widths(&self) -> Vec<usize> {
        let most = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |place| {
            self.rows
                .iter()
                .filter_map(move |row| row.get(place))
                .map(Field::width)
                .max()
        };
        (0..most).map(|place| width(place).unwrap_or(0)).collect()
    }

    /// Columns that are empty in all rows take no room.
    fn write_aligned(&self, formatter: &mut fmt::Formatter<'_>, row: &[Field], widths: &[usize]) -> fmt::Result {
        formatter.write_str(self.indent)?;
        let last = row.iter().rposition(|field| !field.text.is_empty());
        let fields = row.iter().zip(widths).enumerate();
        let mut gap = "";
        for (place, (field, width)) in fields.filter(|(place, _)| last.is_some_and(|last| *place <= last)) {
            if *width == 0 {
                continue;
            }
            formatter.write_str(gap)?;
            gap = GAP;
            let is_last = Some(place) == last && !field.is_right;
            field.write(formatter, if is_last { 0 } else { *width })?;
        }
        Ok(())
    }

    fn write_flowing(&self, formatter: &mut fmt::Formatter<'_>, row: &[Field], columns: usize) -> fmt::Result {
        formatter.write_str(self.indent)?;
        let mut used = self.indent.width();
        for (place, field) in row.iter().filter(|field| !field.text.is_empty()).enumerate() {
            if place > 0 && used + GAP.len() + field.width() > columns {
                write!(formatter, "\n{}{GAP}", self.indent)?;
                used = self.indent.width() + GAP.len();
            } else if place > 0 {
                formatter.write_str(GAP)?;
                used += GAP.len();
            }
            field.write(formatter, 0)?;
            used += field.width();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(columns: Option<usize>) -> String {
        let row = |status: &str, duration: &str, name: &str| {
            vec![
                Field::new(status),
                Field::new(duration).right(),
                Field::new(""),
                Field::new(name),
            ]
        };
        let rows = [
            row("SUCCEEDED", "7 ms", "first"),
            row("FAILED", "1200 ms", "the-second-one"),
            row("RUNNING", "", ""),
        ];
        Table {
            rows: &rows,
            indent: "  ",
            columns,
        }
        .to_string()
    }

    #[test]
    fn fields_are_under_each_other_where_they_fit() {
        let aligned = "  SUCCEEDED     7 ms  first\n  FAILED     1200 ms  the-second-one\n  RUNNING";
        assert_eq!(shown(None), aligned);
        assert_eq!(shown(Some(80)), aligned);
    }

    #[test]
    fn where_they_do_not_fit_they_go_on_below() {
        assert_eq!(
            shown(Some(20)),
            "  SUCCEEDED  7 ms\n    first\n  FAILED  1200 ms\n    the-second-one\n  RUNNING"
        );
    }

    #[test]
    fn at_no_width_is_anything_cut_off_or_a_line_longer_than_it_must_be() {
        for columns in 1..80 {
            let shown = shown(Some(columns));
            for text in [
                "SUCCEEDED",
                "7 ms",
                "first",
                "FAILED",
                "1200 ms",
                "the-second-one",
                "RUNNING",
            ] {
                assert!(shown.contains(text), "{columns}: {shown}");
            }
            let longest = "    the-second-one".len();
            assert!(
                shown.lines().all(|line| line.len() <= columns.max(longest)),
                "{columns}: {shown}"
            );
        }
    }
}

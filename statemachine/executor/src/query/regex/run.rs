use std::ops::RangeInclusive;

use super::program::{NOWHERE, Program, Step};
use super::set::{ends_line, folded, is_word};
use super::{Assert, Exhausted, Flags, Flavour, Found};

/// Choices and changes that may be taken back, which are kept in memory.
const UNDO_LIMIT: usize = 2_000_000;

/// The first match that begins at one of `starts`; where it must be `whole`, it ends with the text.
pub(super) fn run(
    program: &Program,
    text: &[char],
    starts: RangeInclusive<usize>,
    whole: bool,
    steps: &mut usize,
) -> Result<Option<Found>, Exhausted> {
    let mut run = Run {
        program,
        text,
        registers: vec![NOWHERE; program.registers],
        undo: Vec::new(),
        left: steps,
    };
    for start in starts {
        if let Some(end) = run.from(0, start, whole)? {
            let groups = (1..program.groups).map(|group| run.group(group));
            return Ok(Some(std::iter::once(Some((start, end))).chain(groups).collect()));
        }
    }
    Ok(None)
}

struct Run<'a> {
    program: &'a Program,
    text: &'a [char],
    registers: Vec<usize>,
    undo: Vec<Undo>,
    left: &'a mut usize,
}

enum Undo {
    /// Goes on here instead.
    Choice {
        step: usize,
        place: usize,
    },
    Register {
        register: usize,
        value: usize,
    },
}

impl Run<'_> {
    /// Where the steps from `step` to `Done` end, from `place` on.
    fn from(&mut self, mut step: usize, mut place: usize, whole: bool) -> Result<Option<usize>, Exhausted> {
        let base = self.undo.len();
        loop {
            *self.left = self.left.checked_sub(1).ok_or(Exhausted)?;
            if self.undo.len() > UNDO_LIMIT {
                return Err(Exhausted);
            }
            match self.program.steps.get(step) {
                None | Some(Step::Done) if !whole || place == self.text.len() => return Ok(Some(place)),
                None | Some(Step::Done) => {}
                Some(current) => {
                    if let Some(next) = self.step(current, step, place)? {
                        (step, place) = next;
                        continue;
                    }
                }
            }
            match self.back(base) {
                Some(choice) => (step, place) = choice,
                None => return Ok(None),
            }
        }
    }

    /// The step after `current` and its place; nothing where it fails.
    fn step(&mut self, current: &Step, step: usize, place: usize) -> Result<Option<(usize, usize)>, Exhausted> {
        let next = |place| Some((step + 1, place));
        Ok(match current {
            Step::Done => None,
            Step::Take(set, behind) => {
                let char = if *behind { self.before(place) } else { self.at(place) };
                let after = if *behind { place.wrapping_sub(1) } else { place + 1 };
                char.filter(|char| set.has(*char)).and_then(|_| next(after))
            }
            Step::Assert(assert) => self.holds(*assert, place).then_some((step + 1, place)),
            Step::Note(register) => {
                self.set(*register, place);
                next(place)
            }
            Step::Back { group, flags, behind } => self.repeated(*group, *flags, *behind, place)?.and_then(next),
            Step::Either(first, second) => {
                self.choice(*second, place);
                Some((*first, place))
            }
            Step::Jump(to) => Some((*to, place)),
            Step::Begin(counter) => {
                self.set(*counter, 0);
                next(place)
            }
            Step::Loop {
                counter,
                min,
                max,
                greedy,
                end,
            } => {
                let rounds = self.register(*counter);
                if rounds < *min {
                    next(place)
                } else if rounds >= *max {
                    Some((*end, place))
                } else if *greedy {
                    self.choice(*end, place);
                    next(place)
                } else {
                    self.choice(step + 1, place);
                    Some((*end, place))
                }
            }
            Step::Round { counter, forget } => {
                self.set(*counter, self.register(*counter) + 1);
                self.set(counter + 1, place);
                forget.clone().for_each(|register| self.set(register, NOWHERE));
                next(place)
            }
            Step::Again {
                counter,
                min,
                start,
                end,
            } => {
                let is_idle = self.register(counter + 1) == place && self.register(*counter) > *min;
                match self.program.flags.flavour {
                    Flavour::JavaScript if is_idle => None,
                    Flavour::Java if is_idle => Some((*end, place)),
                    _ => Some((*start, place)),
                }
            }
            Step::Alone { negated, stay, end } => self.alone(step + 1, place, *negated)?.map(|after| {
                let place = if *stay { place } else { after };
                (*end, place)
            }),
        })
    }

    /// Where the steps from `step` end, which are not tried otherwise later. Those that must not match leave no trace.
    fn alone(&mut self, step: usize, place: usize, negated: bool) -> Result<Option<usize>, Exhausted> {
        let base = self.undo.len();
        let found = self.from(step, place, false)?;
        if negated {
            while self.undo.len() > base {
                self.back(base);
            }
            return Ok(if found.is_some() { None } else { Some(place) });
        }
        // Changes are kept, to be taken back together; choices are not.
        let made = self.undo.split_off(base.min(self.undo.len()));
        let changes = made.into_iter().filter(|undo| matches!(undo, Undo::Register { .. }));
        self.undo.extend(changes);
        Ok(found)
    }

    /// Takes back what has been done since the last choice.
    fn back(&mut self, base: usize) -> Option<(usize, usize)> {
        while self.undo.len() > base {
            match self.undo.pop()? {
                Undo::Choice { step, place } => return Some((step, place)),
                Undo::Register { register, value } => {
                    if let Some(place) = self.registers.get_mut(register) {
                        *place = value;
                    }
                }
            }
        }
        None
    }

    fn choice(&mut self, step: usize, place: usize) {
        self.undo.push(Undo::Choice { step, place });
    }

    fn register(&self, register: usize) -> usize {
        self.registers.get(register).copied().unwrap_or(NOWHERE)
    }

    fn set(&mut self, register: usize, value: usize) {
        if let Some(place) = self.registers.get_mut(register) {
            self.undo.push(Undo::Register {
                register,
                value: *place,
            });
            *place = value;
        }
    }

    fn group(&self, group: usize) -> Option<(usize, usize)> {
        let (start, end) = (self.register(2 * group), self.register(2 * group + 1));
        (start != NOWHERE && end != NOWHERE).then_some((start, end))
    }

    fn at(&self, place: usize) -> Option<char> {
        self.text.get(place).copied()
    }

    fn before(&self, place: usize) -> Option<char> {
        self.at(place.checked_sub(1)?)
    }

    /// Where what `group` has matched ends when it stands at `place` once more.
    fn repeated(&mut self, group: usize, flags: Flags, behind: bool, place: usize) -> Result<Option<usize>, Exhausted> {
        let Some((start, end)) = self.group(group) else {
            // JavaScript takes a group without a match for an empty one.
            return Ok((flags.flavour == Flavour::JavaScript).then_some(place));
        };
        let length = end.saturating_sub(start);
        *self.left = self.left.checked_sub(length).ok_or(Exhausted)?;
        let from = if behind { place.checked_sub(length) } else { Some(place) };
        let expected = self.text.get(start..end).unwrap_or_default();
        let found = from.and_then(|from| self.text.get(from..from + length));
        let same = |(a, b): (&char, &char)| a == b || flags.ignore_case && folded(*a, flags) == folded(*b, flags);
        let equal = found.is_some_and(|found| expected.iter().zip(found).all(same));
        Ok(match (equal, behind) {
            (false, _) => None,
            (true, true) => from,
            (true, false) => Some(place + length),
        })
    }

    fn holds(&self, assert: Assert, place: usize) -> bool {
        let ends = |char: Option<char>| char.is_none_or(|char| ends_line(char, self.program.flags.flavour));
        match assert {
            Assert::Start => place == 0,
            Assert::End => place == self.text.len(),
            Assert::LastEnd => {
                let rest = self.text.get(place..).unwrap_or_default();
                matches!(rest, [] | ['\r', '\n']) || matches!(rest, [last] if ends(Some(*last)))
            }
            Assert::LineStart => ends(self.before(place)),
            Assert::LineEnd => ends(self.at(place)),
            Assert::Boundary => self.is_boundary(place),
            Assert::NoBoundary => !self.is_boundary(place),
        }
    }

    fn is_boundary(&self, place: usize) -> bool {
        self.before(place).is_some_and(is_word) != self.at(place).is_some_and(is_word)
    }
}

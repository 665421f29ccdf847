use super::{Assert, Flags, Node, Repeat, Set};

/// What is done one after the other. A register holds where a group begins or ends, how often a loop has gone round, or
/// where its round began.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    pub(super) groups: usize,
    pub(super) registers: usize,
    pub(super) flags: Flags,
}

/// No place.
pub(super) const NOWHERE: usize = usize::MAX;

#[derive(Debug)]
pub(super) enum Step {
    /// Takes a character, or the one before.
    Take(Set, bool),
    Assert(Assert),
    Note(usize),
    Back {
        group: usize,
        flags: Flags,
        behind: bool,
    },
    /// Tries the first, and the second if that fails.
    Either(usize, usize),
    Jump(usize),
    /// Begins a loop that counts in the register.
    Begin(usize),
    Loop {
        counter: usize,
        min: usize,
        max: usize,
        greedy: bool,
        end: usize,
    },
    /// Begins a round, and forgets registers.
    Round {
        counter: usize,
        forget: std::ops::Range<usize>,
    },
    /// Ends a round.
    Again {
        counter: usize,
        min: usize,
        start: usize,
        end: usize,
    },
    /// What follows, up to `Done`, and whether the place is where it was afterwards; then `end`.
    Alone {
        negated: bool,
        stay: bool,
        end: usize,
    },
    Done,
}

pub(super) fn compile(node: &Node, flags: Flags) -> Program {
    let groups = 1 + count_groups(node);
    let mut compiler = Compiler {
        steps: Vec::new(),
        registers: 2 * groups,
    };
    compiler.node(node, false);
    compiler.steps.push(Step::Done);
    Program {
        steps: compiler.steps,
        groups,
        registers: compiler.registers,
        flags,
    }
}

fn count_groups(node: &Node) -> usize {
    match node {
        Node::Group(number, inner) => usize::from(number.is_some()) + count_groups(inner),
        Node::Look { inner, .. } | Node::Atomic(inner) | Node::Repeat(Repeat { inner, .. }) => count_groups(inner),
        Node::Sequence(nodes) | Node::Either(nodes) => nodes.iter().map(count_groups).sum(),
        Node::Empty | Node::Set(_) | Node::Assert(_) | Node::Back(..) => 0,
    }
}

struct Compiler {
    steps: Vec<Step>,
    registers: usize,
}

impl Compiler {
    /// `behind`: looks back, from the last to the first.
    fn node(&mut self, node: &Node, behind: bool) {
        match node {
            Node::Empty => {}
            Node::Set(set) => self.steps.push(Step::Take(set.clone(), behind)),
            Node::Assert(assert) => self.steps.push(Step::Assert(*assert)),
            Node::Back(group, flags) => self.steps.push(Step::Back {
                group: *group,
                flags: *flags,
                behind,
            }),
            Node::Group(None, inner) => self.node(inner, behind),
            Node::Group(Some(number), inner) => {
                let (first, last) = (2 * number, 2 * number + 1);
                let (before, after) = if behind { (last, first) } else { (first, last) };
                self.steps.push(Step::Note(before));
                self.node(inner, behind);
                self.steps.push(Step::Note(after));
            }
            Node::Look { behind, negated, inner } => self.alone(inner, *behind, *negated, true),
            Node::Atomic(inner) => self.alone(inner, behind, false, false),
            Node::Repeat(repeat) => self.repeat(repeat, behind),
            Node::Sequence(nodes) if behind => nodes.iter().rev().for_each(|node| self.node(node, true)),
            Node::Sequence(nodes) => nodes.iter().for_each(|node| self.node(node, false)),
            Node::Either(nodes) => self.either(nodes, behind),
        }
    }

    fn alone(&mut self, inner: &Node, behind: bool, negated: bool, stay: bool) {
        let place = self.hold();
        self.node(inner, behind);
        self.steps.push(Step::Done);
        let end = self.steps.len();
        self.fill(place, Step::Alone { negated, stay, end });
    }

    fn either(&mut self, nodes: &[Node], behind: bool) {
        let mut jumps = Vec::new();
        for (index, node) in nodes.iter().enumerate() {
            if index + 1 == nodes.len() {
                self.node(node, behind);
                break;
            }
            let place = self.hold();
            self.node(node, behind);
            jumps.push(self.hold());
            let next = self.steps.len();
            self.fill(place, Step::Either(place + 1, next));
        }
        let end = self.steps.len();
        jumps.into_iter().for_each(|jump| self.fill(jump, Step::Jump(end)));
    }

    fn repeat(&mut self, repeat: &Repeat, behind: bool) {
        let Repeat {
            inner,
            min,
            max,
            greedy,
            groups,
        } = repeat;
        let counter = self.registers;
        self.registers += 2;
        self.steps.push(Step::Begin(counter));
        let start = self.hold();
        let forget = 2 * groups.start..2 * groups.end;
        self.steps.push(Step::Round { counter, forget });
        self.node(inner, behind);
        let end = self.steps.len() + 1;
        self.steps.push(Step::Again {
            counter,
            min: *min,
            start,
            end,
        });
        self.fill(
            start,
            Step::Loop {
                counter,
                min: *min,
                max: *max,
                greedy: *greedy,
                end,
            },
        );
    }

    fn hold(&mut self) -> usize {
        self.steps.push(Step::Done);
        self.steps.len() - 1
    }

    fn fill(&mut self, place: usize, with: Step) {
        if let Some(step) = self.steps.get_mut(place) {
            *step = with;
        }
    }
}

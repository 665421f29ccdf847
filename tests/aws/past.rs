//! Answers as they were before the last changes, for reads that lag behind.

use std::collections::BTreeMap;

use crate::wire::{Answer, Request};

/// How often a question is answered as before, once it was.
const LAG: usize = 3;

/// What is asked, and how it was answered before the changes.
#[derive(Clone, Default)]
pub(crate) struct Past {
    is_remembering: bool,
    questions: BTreeMap<String, Question>,
}

#[derive(Clone)]
struct Question {
    action: String,
    request: Request,
    /// Different answers, the latest last.
    answers: Vec<Answer>,
    /// What is answered instead of the truth, and how often still.
    stale: Option<(Answer, usize)>,
}

impl Past {
    pub(crate) fn remembering() -> Past {
        Past {
            is_remembering: true,
            ..Past::default()
        }
    }

    /// Notes that somebody reads this.
    pub(crate) fn ask(&mut self, action: &str, request: &Request) {
        if self.is_remembering {
            let question = || Question {
                action: action.to_owned(),
                request: request.clone(),
                answers: Vec::new(),
                stale: None,
            };
            self.questions.entry(key(request)).or_insert_with(question);
        }
    }

    pub(crate) fn asked(&self) -> impl Iterator<Item = (&str, &Request)> {
        let questions = self.questions.values();
        questions.map(|question| (question.action.as_str(), &question.request))
    }

    pub(crate) fn note(&mut self, request: &Request, answer: Answer) {
        if let Some(question) = self.questions.get_mut(&key(request))
            && question.answers.last().is_none_or(|last| !is_same(last, &answer))
        {
            question.answers.push(answer);
        }
    }

    /// The answer of before, if it was another.
    pub(crate) fn answer(&mut self, request: &Request, present: Answer) -> Answer {
        let question = self.questions.get_mut(&key(request));
        let Some(question) = question else { return present };
        let other = question.answers.iter().rfind(|answer| !is_same(answer, &present));
        match other.cloned() {
            Some(other) => {
                question.stale = Some((other.clone(), LAG - 1));
                other
            }
            None => present,
        }
    }

    /// The answer of before, while it lags.
    pub(crate) fn repeat(&mut self, request: &Request) -> Option<Answer> {
        let question = self.questions.get_mut(&key(request))?;
        let (answer, times) = question.stale.take()?;
        if times > 1 {
            question.stale = Some((answer.clone(), times - 1));
        }
        Some(answer)
    }

    /// Nothing lags and nothing is remembered any more.
    pub(crate) fn forget(&mut self) {
        *self = Past::default();
    }

    /// The questions without the answers.
    pub(crate) fn questions(mut self) -> Past {
        self.questions
            .values_mut()
            .for_each(|question| question.answers.clear());
        self
    }
}

fn is_same(one: &Answer, other: &Answer) -> bool {
    (one.status, &one.body) == (other.status, &other.body)
}

fn key(request: &Request) -> String {
    let target = request.headers.get("x-amz-target").map(|target| format!("{target:?}"));
    format!("{} {} {target:?} {}", request.method, request.path, request.body)
}

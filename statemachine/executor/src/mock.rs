//! Mocked answers of tasks, from the mock configuration file of AWS's Step Functions Local.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use asl::Json;

use crate::{Failure, Reply, TaskRequest, services};

/// A mock configuration file.
#[derive(Clone, Debug, PartialEq)]
pub struct MockConfiguration {
    /// Test cases by state machine and name: which state is answered by which response.
    machines: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>,
    responses: BTreeMap<String, Vec<Response>>,
}

/// The answer to some calls of a state.
#[derive(Clone, Debug, PartialEq)]
struct Response {
    /// The first call it answers, from 0.
    first: u64,
    /// The last one.
    last: u64,
    answer: Result<Json, Failure>,
}

/// What the mocked states of one test case answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mocks(BTreeMap<String, Vec<Response>>);

/// Why a mock configuration cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MockError {
    /// Something in the file is not as it should be.
    #[error("{place}: {problem}")]
    Malformed {
        /// The place, as a JSON Pointer.
        place: String,
        /// What is wrong there.
        problem: String,
    },
    /// A state machine without test cases.
    #[error("there are no test cases for the state machine `{machine}`; there are some for {}", list(.known))]
    UnknownMachine {
        /// Its name.
        machine: String,
        /// Those that have some.
        known: Vec<String>,
    },
    /// A test case that is not there.
    #[error("the state machine `{machine}` has no test case `{case}`; it has {}", list(.known))]
    UnknownCase {
        /// The state machine.
        machine: String,
        /// The case.
        case: String,
        /// Those it has.
        known: Vec<String>,
    },
    /// A state machine whose `TestCases` is empty.
    #[error("the state machine `{0}` has no test case at all")]
    NoCase(String),
    /// A test case that names what is no Task state of the machine.
    #[error("the test case `{case}` of the state machine `{machine}` mocks the state `{state}`, {}", if *.is_state { "which is no Task" } else { "which it does not have" })]
    UnknownState {
        /// The state machine.
        machine: String,
        /// The case.
        case: String,
        /// What it names.
        state: String,
        /// Whether it is a state, of another type.
        is_state: bool,
        /// What may be meant.
        help: Option<String>,
    },
    /// Several test cases and no name.
    #[error("the state machine `{machine}` has several test cases: {}", list(.known))]
    WhichCase {
        /// The state machine.
        machine: String,
        /// Its cases.
        known: Vec<String>,
    },
}

impl MockConfiguration {
    /// Reads the content of a file.
    ///
    /// # Errors
    /// [`MockError::Malformed`]
    pub fn new(json: &Json) -> Result<MockConfiguration, MockError> {
        let mut responses = BTreeMap::new();
        for (name, body) in members(json, "", "MockedResponses")? {
            let place = format!("/MockedResponses/{name}");
            responses.insert(name, answers(&place, &body)?);
        }
        let mut machines = BTreeMap::new();
        for (machine, body) in members(json, "", "StateMachines")? {
            let mut cases = BTreeMap::new();
            let place = format!("/StateMachines/{machine}");
            for (case, states) in members(&body, &place, "TestCases")? {
                let place = format!("{place}/TestCases/{case}");
                cases.insert(case, states_of(&place, &states, &responses)?);
            }
            machines.insert(machine, cases);
        }
        Ok(MockConfiguration { machines, responses })
    }

    /// The name of a test case of `machine`: the one that is asked for, or the only one.
    ///
    /// # Errors
    /// No such machine or case, or several cases and no name.
    pub fn choose(&self, machine: &str, case: Option<&str>) -> Result<&str, MockError> {
        let cases = self.machines.get(machine).ok_or_else(|| MockError::UnknownMachine {
            machine: machine.to_owned(),
            known: self.machines.keys().cloned().collect(),
        })?;
        let known = || cases.keys().cloned().collect();
        let mut names = cases.keys();
        match (case, names.next(), names.next()) {
            (_, None, _) => Err(MockError::NoCase(machine.to_owned())),
            (None, Some(only), None) => Ok(only),
            (None, Some(_), Some(_)) => Err(MockError::WhichCase {
                machine: machine.to_owned(),
                known: known(),
            }),
            (Some(case), Some(_), _) => match cases.get_key_value(case) {
                Some((name, _)) => Ok(name),
                None => Err(MockError::UnknownCase {
                    machine: machine.to_owned(),
                    case: case.to_owned(),
                    known: known(),
                }),
            },
        }
    }

    /// The mocks of a test case of `machine`, if it has that case.
    #[must_use]
    pub fn case(&self, machine: &str, case: &str) -> Option<Mocks> {
        let states = self.machines.get(machine)?.get(case)?;
        let mocks = states
            .iter()
            .filter_map(|(state, response)| Some((state.clone(), self.responses.get(response)?.clone())));
        Some(Mocks(mocks.collect()))
    }
}

impl Mocks {
    /// Whether calls of the state are answered here.
    #[must_use]
    pub fn answers(&self, state: &str) -> bool {
        self.0.contains_key(state)
    }

    /// The names of the states that are answered here.
    pub fn states(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The answer to a call; nothing where the state is not mocked.
    #[must_use]
    pub fn reply(&self, request: &TaskRequest) -> Option<Reply> {
        let responses = self.0.get(&*request.state)?;
        let call = request.call;
        let response = responses
            .iter()
            .find(|response| (response.first..=response.last).contains(&call));
        let reply = match response.map(|response| &response.answer) {
            Some(Ok(output)) => Reply::success(output.clone()),
            Some(Err(failure)) => Reply::thrown(failure.clone()),
            None => Reply::failure(Failure::new(
                "States.Runtime",
                format!("the mock of state '{}' has no response for call {call}", request.state),
            )),
        };
        Some(Reply {
            submitted: services::submitted(request),
            ..reply
        })
    }
}

fn members(json: &Json, place: &str, name: &str) -> Result<Vec<(String, Json)>, MockError> {
    let found = json
        .get(name)
        .ok_or_else(|| malformed(place, &format!("`{name}` is missing")))?;
    entries(&format!("{place}/{name}"), found)
}

fn entries(place: &str, json: &Json) -> Result<Vec<(String, Json)>, MockError> {
    let object = json.as_object().ok_or_else(|| malformed(place, "expected an object"))?;
    Ok(object
        .iter()
        .map(|(key, value)| (key.to_string(), value.clone()))
        .collect())
}

fn states_of(
    place: &str,
    json: &Json,
    responses: &BTreeMap<String, Vec<Response>>,
) -> Result<BTreeMap<String, String>, MockError> {
    let states = entries(place, json)?.into_iter().map(|(state, response)| {
        let place = format!("{place}/{state}");
        let name = response
            .as_str()
            .ok_or_else(|| malformed(&place, "expected the name of a response"))?;
        match responses.contains_key(name) {
            true => Ok((state, name.to_owned())),
            false => Err(malformed(&place, &format!("`MockedResponses` has no `{name}`"))),
        }
    });
    states.collect()
}

fn answers(place: &str, json: &Json) -> Result<Vec<Response>, MockError> {
    let answers = entries(place, json)?.into_iter().map(|(calls, body)| {
        let place = format!("{place}/{calls}");
        let (first, last) =
            range(&calls).ok_or_else(|| malformed(&place, "expected a number or a range such as `1-2`"))?;
        Ok(Response {
            first,
            last,
            answer: answer(&place, &body)?,
        })
    });
    let mut answers: Vec<Response> = answers.collect::<Result<_, _>>()?;
    answers.sort_by_key(|answer| answer.first);
    match answers.first() {
        Some(Response { first: 0, .. }) => {}
        Some(_) => return Err(malformed(place, "there is no answer to the first call, which is `0`")),
        None => return Err(malformed(place, "there is no answer; the one to the first call is `0`")),
    }
    let twice = answers.iter().zip(answers.iter().skip(1));
    match twice.into_iter().find(|(one, next)| next.first <= one.last) {
        Some((_, next)) => Err(malformed(place, &format!("call {} has two answers", next.first))),
        None => Ok(answers),
    }
}

fn range(calls: &str) -> Option<(u64, u64)> {
    let (first, last) = calls.split_once('-').unwrap_or((calls, calls));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}

fn answer(place: &str, json: &Json) -> Result<Result<Json, Failure>, MockError> {
    match (json.get("Return"), json.get("Throw")) {
        (Some(output), None) => Ok(Ok(output.clone())),
        (None, Some(thrown)) => {
            let text = |name: &str| thrown.get(name).and_then(Json::as_str).map(Arc::from);
            let error = text("Error").ok_or_else(|| malformed(place, "`Throw` needs an `Error`"))?;
            Ok(Err(Failure {
                error: Some(error),
                cause: text("Cause"),
            }))
        }
        (Some(_), Some(_)) => Err(malformed(place, "expected one of `Return` and `Throw`, not both")),
        (None, None) => Err(malformed(place, "expected one of `Return` and `Throw`")),
    }
}

fn malformed(place: &str, problem: &str) -> MockError {
    MockError::Malformed {
        place: if place.is_empty() { "/" } else { place }.to_owned(),
        problem: problem.to_owned(),
    }
}

fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if quoted.is_empty() {
        "none".to_owned()
    } else {
        quoted.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configuration(text: &str) -> Result<MockConfiguration, String> {
        MockConfiguration::new(&text.parse().unwrap()).map_err(|error| error.to_string())
    }

    const FILE: &str = r#"{
        "StateMachines": { "M": { "TestCases": { "good": { "A": "R" }, "bad": { "A": "T" } } },
                           "N": { "TestCases": { "only": {} } }, "O": { "TestCases": {} } },
        "MockedResponses": { "R": { "0": { "Return": 1 }, "1-2": { "Return": { "a": 2 } } },
                             "T": { "0": { "Throw": { "Error": "E", "Cause": "C" } } } }
    }"#;

    #[test]
    fn a_case_is_chosen_by_name_or_is_the_only_one() {
        let file = configuration(FILE).unwrap();
        assert!(file.case("M", "good").unwrap().answers("A"));
        assert_eq!(file.choose("N", None), Ok("only"));
        assert_eq!(file.case("N", "only"), Some(Mocks::default()));
        assert_eq!(file.case("N", "good"), None);
        let told = |machine, case| file.choose(machine, case).unwrap_err().to_string();
        assert_eq!(
            told("M", None),
            "the state machine `M` has several test cases: `bad`, `good`"
        );
        assert_eq!(
            told("M", Some("x")),
            "the state machine `M` has no test case `x`; it has `bad`, `good`"
        );
        assert_eq!(told("O", None), "the state machine `O` has no test case at all");
        assert_eq!(
            told("X", None),
            "there are no test cases for the state machine `X`; there are some for `M`, `N`, `O`"
        );
    }

    #[test]
    fn what_is_malformed_is_told_with_its_place() {
        let check = |text: &str, told: &str| assert_eq!(configuration(text).unwrap_err(), told);
        let responses = |text: &str, told: &str| check(&format!(r#"{{"MockedResponses": {{"R": {text}}}}}"#), told);
        check("{}", "/: `MockedResponses` is missing");
        responses(
            r#"{"x": {}}"#,
            "/MockedResponses/R/x: expected a number or a range such as `1-2`",
        );
        responses(
            r#"{"0": {}}"#,
            "/MockedResponses/R/0: expected one of `Return` and `Throw`",
        );
        responses(
            r#"{"0": {"Return": 1, "Throw": {"Error": "E"}}}"#,
            "/MockedResponses/R/0: expected one of `Return` and `Throw`, not both",
        );
        responses(
            "{}",
            "/MockedResponses/R: there is no answer; the one to the first call is `0`",
        );
        responses(
            r#"{"1": {"Return": 1}}"#,
            "/MockedResponses/R: there is no answer to the first call, which is `0`",
        );
        responses(
            r#"{"1-3": {"Return": 1}, "0-2": {"Return": 1}}"#,
            "/MockedResponses/R: call 1 has two answers",
        );
        check(
            r#"{"MockedResponses": {}, "StateMachines": {"M": {"TestCases": {"c": {"A": "R"}}}}}"#,
            "/StateMachines/M/TestCases/c/A: `MockedResponses` has no `R`",
        );
    }
}

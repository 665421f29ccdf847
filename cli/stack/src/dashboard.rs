use asl::Json;

use crate::action::Action;
use crate::plan::{Property, StepId, Steps, When};
use crate::{Alarm, Desired, Function, Machine, Scope, Tags, alarm::WRITTEN_TAG};

/// A dashboard as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Dashboard {
    /// Its name.
    pub name: String,
    /// What is on it.
    pub body: Json,
}

/// A dashboard as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedDashboard {
    /// What is on it.
    pub body: Json,
}

/// Most widgets of a dashboard.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>
pub(crate) const MAX_WIDGETS: usize = 500;

/// How wide a dashboard is.
const WIDTH: i64 = 24;

impl Dashboard {
    /// The dashboard of the stack: its alarms, and a row for each state machine and function.
    pub(crate) fn new(desired: &Desired) -> Dashboard {
        let scope = &desired.scope;
        let mut page = Page {
            region: &scope.region,
            widgets: Vec::new(),
            row: HEADING,
        };
        page.alarms(scope, &desired.alarms);
        for machine in &desired.machines {
            page.machine(scope, machine);
        }
        for function in &desired.functions {
            page.function(function);
        }
        let heading = heading(scope, &digest(&page.widgets));
        page.widgets.insert(0, heading);
        Dashboard {
            name: scope.dashboard(),
            body: Json::object([("widgets", Json::array(page.widgets))]),
        }
    }

    /// How many widgets it has.
    pub(crate) fn len(&self) -> usize {
        widgets(&self.body).len()
    }
}

impl ObservedDashboard {
    /// What its heading says of whose it is; CloudWatch gives dashboards no tags.
    pub(crate) fn tags(&self) -> Tags {
        let texts = widgets(&self.body).iter().filter_map(markdown);
        let line = texts.flat_map(str::lines).find(|line| line.starts_with(OWNER));
        let words = line.unwrap_or_default().trim_start_matches(OWNER).trim_end_matches('`');
        let pair = |word: &str| {
            let (key, value) = word.split_once('=')?;
            Some((key.to_owned(), value.to_owned()))
        };
        words.split(' ').filter_map(pair).collect()
    }

    /// Whether it is as a deploy wrote it last.
    pub(crate) fn is_as_written(&self) -> bool {
        let is_heading = |widget: &Json| markdown(widget).is_some_and(|text| text.contains(OWNER));
        let others: Vec<Json> = widgets(&self.body)
            .iter()
            .filter(|widget| !is_heading(widget))
            .cloned()
            .collect();
        let tags = self.tags();
        tags.get(WRITTEN_TAG).is_none_or(|written| *written == digest(&others))
    }
}

/// Adds what makes `observed` be like `desired`; the result is what dependents wait for.
pub(crate) fn steps(desired: &Dashboard, observed: Option<&ObservedDashboard>, steps: &mut Steps) -> Vec<StepId> {
    match observed {
        None => vec![steps.add(Action::CreateDashboard(desired.clone()), &[])],
        Some(observed) if observed.body == desired.body => Vec::new(),
        Some(_) => {
            let changes = vec![Property::changed(BODY)];
            vec![steps.add_changing(Action::UpdateDashboard(desired.clone()), &[], changes)]
        }
    }
}

/// Adds what removes the dashboard.
pub(crate) fn removal(name: &str, after: &[StepId], when: When, steps: &mut Steps) -> StepId {
    steps.add_when(Action::DeleteDashboard { name: name.to_owned() }, after, when)
}

/// The property of what is on a dashboard.
pub(crate) const BODY: &str = "widgets";

/// What the line of the heading begins with that says whose the dashboard is.
const OWNER: &str = "`stepwright:owner ";

/// Rows of the heading.
const HEADING: i64 = 3;

fn heading(scope: &Scope, written: &str) -> Json {
    let mut tags = scope.stack_tags();
    tags.insert(WRITTEN_TAG.to_owned(), written.to_owned());
    let tags: Vec<String> = tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let text = format!(
        "# {}/{}\nA deploy writes this page and puts changes back.\n{OWNER}{}`",
        scope.stack,
        scope.stage,
        tags.join(" ")
    );
    widget(
        "text",
        (0, 0, WIDTH, HEADING),
        [("markdown", Json::from(text.as_str()))],
    )
}

/// A page of widgets in the making.
struct Page<'a> {
    region: &'a str,
    widgets: Vec<Json>,
    /// The first free row.
    row: i64,
}

impl Page<'_> {
    fn alarms(&mut self, scope: &Scope, alarms: &[Alarm]) {
        if alarms.is_empty() {
            return;
        }
        let arns = alarms.iter().map(|alarm| Json::string(scope.alarm_arn(&alarm.name)));
        let properties = [("title", Json::from("Alarms")), ("alarms", Json::array(arns.collect()))];
        // Four names fit beside each other.
        let height = 2 + i64::try_from(alarms.len().div_ceil(4)).unwrap_or(1);
        self.widgets
            .push(widget("alarm", (0, self.row, WIDTH, height), properties));
        self.row += height;
    }

    fn machine(&mut self, scope: &Scope, machine: &Machine) {
        let of = ["AWS/States", "StateMachineArn", &scope.machine_arn(&machine.name)];
        let counted = [
            "ExecutionsStarted",
            "ExecutionsSucceeded",
            "ExecutionsFailed",
            "ExecutionsTimedOut",
            "ExecutionsAborted",
            "ExecutionThrottled",
        ];
        let counts = counted.map(|metric| (metric, "Sum"));
        let times = [
            ("ExecutionTime", "p50"),
            ("ExecutionTime", "p99"),
            ("ExecutionTime", "Maximum"),
        ];
        self.row(
            &machine.logical,
            of,
            (&counts, "executions"),
            (&times, "execution time"),
        );
    }

    fn function(&mut self, function: &Function) {
        let of = ["AWS/Lambda", "FunctionName", &function.name];
        let counts = ["Invocations", "Errors", "Throttles"].map(|metric| (metric, "Sum"));
        let times = [("Duration", "p50"), ("Duration", "p99"), ("Duration", "Maximum")];
        self.row(&function.logical, of, (&counts, "invocations"), (&times, "duration"));
    }

    /// What is counted at the left, what is measured at the right.
    fn row(&mut self, logical: &str, of: [&str; 3], counts: (&[(&str, &str)], &str), times: (&[(&str, &str)], &str)) {
        const HEIGHT: i64 = 6;
        for (place, (metrics, what)) in [(0, counts), (WIDTH / 2, times)] {
            let properties = [
                ("title", Json::string(format!("{logical}: {what}"))),
                ("region", Json::from(self.region)),
                ("view", Json::from("timeSeries")),
                ("period", Json::from(300_i64)),
                (
                    "metrics",
                    Json::array(metrics.iter().map(|metric| line(of, *metric)).collect()),
                ),
            ];
            let place = (place, self.row, WIDTH / 2, HEIGHT);
            self.widgets.push(widget("metric", place, properties));
        }
        self.row += HEIGHT;
    }
}

/// One line of a diagram.
fn line([namespace, dimension, of]: [&str; 3], (metric, statistic): (&str, &str)) -> Json {
    let how = Json::object([("stat", Json::from(statistic))]);
    let texts = [namespace, metric, dimension, of].map(Json::from);
    Json::array(texts.into_iter().chain([how]).collect())
}

/// A widget of a kind at `(x, y, width, height)`.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html>
fn widget(
    kind: &str,
    (x, y, width, height): (i64, i64, i64, i64),
    properties: impl IntoIterator<Item = (&'static str, Json)>,
) -> Json {
    Json::object([
        ("type", Json::from(kind)),
        ("x", Json::from(x)),
        ("y", Json::from(y)),
        ("width", Json::from(width)),
        ("height", Json::from(height)),
        ("properties", Json::object(properties)),
    ])
}

fn widgets(body: &Json) -> &[Json] {
    body.get("widgets").and_then(Json::as_array).unwrap_or_default()
}

fn markdown(widget: &Json) -> Option<&str> {
    widget.get("properties")?.get("markdown")?.as_str()
}

fn digest(widgets: &[Json]) -> String {
    crate::tags::digest(widgets.iter().map(Json::to_string))
}

use std::sync::Arc;

use super::{Next, RetryAndCatch};
use crate::{Dynamic, Flow, Path, Template};

/// Runs its processor for every item; the result is the array of outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// `ItemProcessor` or `Iterator`
    pub processor: Flow,
    /// Whether the processor's mode is `DISTRIBUTED`.
    pub distributed: bool,
    /// `ItemReader` of a distributed Map.
    pub item_reader: Option<Box<DataCall>>,
    /// `ResultWriter` of a distributed Map; nothing where it exports nothing.
    pub result_writer: Option<Box<DataCall>>,
    /// `ItemsPath`; without it the effective input is the array.
    pub items_path: Option<Path>,
    /// `Items` (JSONata)
    pub items: Option<Template>,
    /// `ItemSelector`, or `Parameters` in definitions of old.
    pub item_selector: Option<Template>,
    /// Which of the two it is, for messages.
    pub item_selector_field: &'static str,
    /// `MaxConcurrency(Path)`; 0 is no limit of the definition's own.
    pub max_concurrency: Option<Dynamic<u64>>,
    /// `ResultSelector`
    pub result_selector: Option<Template>,
    /// `ResultPath`: a Reference Path; nothing where it is null. Without the field it is `$`.
    pub result_path: Option<Path>,
    /// `Retry` and `Catch`
    pub on_error: RetryAndCatch,
    /// `Next` or `End`
    pub next: Next,
}

/// A call by which a distributed Map reads its items or writes its results.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html>
#[derive(Clone, Debug, PartialEq)]
pub struct DataCall {
    /// Its `Resource`, such as `arn:aws:states:::s3:getObject`.
    pub resource: Arc<str>,
    /// `Parameters` or `Arguments`
    pub arguments: Option<Template>,
    /// Whether a reader loads the objects that it lists: a `Transformation` of `LOAD_AND_FLATTEN`.
    pub loads_objects: bool,
    /// Whether what a reader reads names further files: an `InputType` of `MANIFEST`.
    pub is_manifest: bool,
}
